// Copies a text to the clipboard. Without this script the text can be selected by hand.

export function copy () {
  for (const button of document.querySelectorAll('[data-copy]')) {
    if (!navigator.clipboard) continue
    const said = document.querySelector('[data-copied]')
    button.hidden = false
    button.addEventListener('click', async () => {
      const field = document.getElementById(button.dataset.copy)
      said.textContent = ''
      try {
        await navigator.clipboard.writeText(field.value)
        said.textContent = 'Copied.'
      } catch {
        field.focus()
        field.select()
        said.textContent = 'The browser does not allow it. The text is marked: copy it yourself.'
      }
    })
  }
}
