// Keeps what somebody types into a form that is marked so, without a button. Nothing is checked and
// nothing is sent: the server keeps it for this person alone. Without this script a button does it.

const PAUSE = 2000 // after the last key
const AGAIN = 10000 // after a failure
const LONGEST_WAIT = 3000 // of somebody who signs out
const MOST_ON_LEAVING = 60000 // bytes that a browser sends for a page that is gone
const MEGABYTE = 1000000

const SIGNED_OUT = 'Not saved: you are signed out. Sign in in another window; what you typed stays here.'
const NO_CONNECTION = 'Not saved: no connection. What you typed stays here, and we try again.'
const TOO_MUCH = 'Not saved: this is too much at once. Shorten the text, or take fewer files.'
const SOMEBODY_ELSE = 'Not saved: somebody else is signed in. Sign in yourself in another window; what you typed stays here.'

class Keeper {
  constructor (form) {
    this.form = form
    this.said = form.querySelector('[data-draft-said]')
    this.changed = form.dataset.draftUnsaved !== undefined
    this.changes = 0
    this.stopped = false // what another window did since, a person must look at
    this.leaving = false
    this.saving = false
    form.addEventListener('input', () => this.change())
    form.addEventListener('change', (event) => {
      if (event.target.type === 'file') this.pick(event.target)
      this.change()
    })
    form.addEventListener('submit', () => { this.leaving = true })
    // Another form of the page may be the one that signs out: what was typed goes first.
    document.addEventListener('submit', (event) => {
      if (event.target !== form) this.goFirst(event)
    })
    window.addEventListener('pageshow', () => { this.leaving = false })
    window.addEventListener('pagehide', () => this.leave())
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.leave()
    })
    // Before whatever leads away is asked for: it may be to sign out.
    window.addEventListener('beforeunload', (event) => {
      this.leave()
      if (this.failed && this.changed && !this.leaving) event.preventDefault()
    })
    if (this.changed) this.wait(PAUSE)
  }

  own (name) {
    return this.form.elements[`draft.${name}`]
  }

  change () {
    this.changed = true
    this.changes += 1
    this.wait(PAUSE)
  }

  wait (pause) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.save(), pause)
  }

  leave () {
    if (!this.changed || this.leaving || this.stopped || this.left === this.changes) return
    this.left = this.changes
    this.send(true).catch(() => {})
  }

  async goFirst (event) {
    if (!this.changed || this.leaving || this.stopped || this.left === this.changes) return
    event.preventDefault()
    this.left = this.changes
    const waited = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT))
    await Promise.race([this.send(true), waited]).catch(() => {})
    event.target.requestSubmit(event.submitter)
  }

  async save () {
    if (this.leaving || this.stopped || !this.changed) return
    if (this.saving) return this.wait(PAUSE)
    this.saving = true
    const changes = this.changes
    try {
      await this.hear(await this.send(false), changes)
    } catch {
      this.fail(NO_CONNECTION)
    }
    this.saving = false
  }

  // The revision of the next save is counted on before this one is answered: one that seems lost
  // may have arrived all the same.
  send (leaving) {
    const fields = new FormData(this.form)
    this.picked = leaving ? [] : this.pickers().filter((input) => input.files.length)
    for (const input of this.pickers()) if (!this.picked.includes(input)) fields.delete(input.name)
    const body = this.picked.length ? fields : new URLSearchParams(fields)
    const [window, count] = this.own('revision').value.split('.')
    this.own('revision').value = `${window}.${Number(count) + 1}`
    return fetch(this.form.dataset.draft, {
      method: 'POST',
      body,
      headers: { Accept: 'application/json' },
      keepalive: leaving && body.toString().length < MOST_ON_LEAVING,
      redirect: 'error'
    })
  }

  pickers () {
    return [...this.form.querySelectorAll('input[type="file"]')]
  }

  // What was picked is uploaded with the next save, and stands in the list like what was before.
  // One that is too large is said before it is sent.
  pick (input) {
    const largest = Number(input.dataset.largest)
    const large = [...input.files].find((file) => file.size > largest)
    if (!large) return
    input.value = ''
    this.say(`“${large.name}” is too large: a file may have ${largest / MEGABYTE} MB. It was not taken.`)
  }

  // Only what the site itself wrote, and escaped.
  show (files) {
    for (const [key, html] of Object.entries(files ?? {})) {
      const list = this.form.querySelector(`[data-files="${key}"]`)
      if (!list) continue
      const now = list.cloneNode()
      now.innerHTML = html
      // What is as it was stays: somebody's focus may be on it.
      if (now.innerHTML.trim() !== list.innerHTML.trim()) list.replaceWith(now)
    }
    for (const input of this.picked) input.value = ''
  }

  async hear (answer, changes) {
    const isOurs = answer.headers.get('Content-Type')?.startsWith('application/json')
    const told = isOurs ? await answer.json() : {}
    if (answer.ok) {
      this.own('seen').value = told.revision
      this.show(told.files)
      this.changed = this.changes !== changes
      this.failed = false
      this.say(told.said)
    } else if (isOurs) {
      this.stopped = answer.status === 409
      this.fail(told.said)
    } else if (answer.status === 400) {
      await this.renew()
    } else {
      this.fail({ 403: SIGNED_OUT, 413: TOO_MUCH }[answer.status] ?? NO_CONNECTION)
    }
  }

  // They have signed in again elsewhere: the page's token is of a session that is over.
  async renew () {
    const answer = await fetch(this.form.dataset.draftToken, { redirect: 'error' })
    const { token, person } = await answer.json()
    if (String(person) !== this.own('person').value) return this.fail(SOMEBODY_ELSE)
    for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = token
    this.wait(0)
  }

  fail (sentence) {
    this.failed = true
    this.say(sentence)
    if (!this.stopped) this.wait(AGAIN)
  }

  // What is said already is not said again each time that it fails.
  say (sentence) {
    if (this.said.textContent !== sentence) this.said.textContent = sentence
  }
}

/** Keep each form of the page that is marked with the address of its draft. */
export function keep () {
  for (const form of document.querySelectorAll('form[data-draft]')) new Keeper(form)
}
