// Copies a text to the clipboard. Without this script the text can be selected by hand.

export function copy () {
  for (const button of document.querySelectorAll('[data-copy]')) {
    const field = document.getElementById(button.dataset.copy)
    const said = document.querySelector('[data-copied]')
    button.hidden = false
    button.addEventListener('click', () => {
      field.select()
      // The newer way works only where the site is reached by https, and may ask for leave.
      said.textContent = document.execCommand('copy')
        ? 'Copied.'
        : 'The browser does not allow it. The text is marked: copy it yourself.'
      button.focus()
    })
  }
}
