// Keeps what is drawn as changes of the draft, without a button. What is taken back here is taken back
// there too, so that the draft's history is that of the drawing.
const PAUSE = 1000 // after the last change
const AGAIN = 10000 // after a failure
const MOST_KEPT = 60 // drawings to which one comes back without a change of its own

const SIGNED_OUT = 'Not saved: you are signed out. Sign in in another window; what you drew stays here.'
const NO_CONNECTION = 'Not saved: no connection. What you drew stays here, and we try again.'
const TOO_MUCH = 'Not saved: this is too large for one drawing. Take something out of it.'
const SOMEBODY_ELSE = 'Not saved: somebody else is signed in. Sign in yourself in another window; what you drew stays here.'
const WRONG = 'Not saved: something is wrong with the site. What you drew stays here, and we try again.'

// How large a label is follows from its words, and is measured a little otherwise each time.
const LABELS = /(<bpmndi:BPMNLabel[^>]*>\s*<dc:Bounds x="[^"]*" y="[^"]*") width="[^"]*" height="[^"]*"/g
const gist = (xml) => xml.replace(LABELS, '$1')

/** Why the server keeps nothing: `kind` is "held", "changed", "gone" or "refused". */
export class Refused extends Error {
  constructor ({ said, kind }) {
    super(said)
    this.kind = kind
  }
}

export class Saver {
  constructor ({ config, token, serialise, say, stop }) {
    Object.assign(this, { config, token, serialise, say, stop })
    this.kept = []
    this.place = 0
    window.addEventListener('beforeunload', (event) => {
      if (!this.pending) return
      this.save()
      event.preventDefault()
    })
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden' && this.pending) this.save()
    })
  }

  /** From now on what is drawn follows on this state of the draft. */
  async begin (state) {
    clearTimeout(this.timer)
    this.server = state
    this.kept = [gist(await this.serialise())]
    this.place = 0
    this.pending = this.stopped = false
  }

  change () {
    this.pending = true
    this.changes = (this.changes ?? 0) + 1
    if (!this.stopped) {
      this.say('Not saved yet')
      this.wait(PAUSE)
    }
  }

  wait (pause) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.save(), pause)
  }

  /** Whether everything that is drawn is kept now. */
  async save () {
    clearTimeout(this.timer)
    if (this.saving) await this.saving
    if (!this.pending || this.stopped) return !this.pending
    this.saving = this.keep()
    await this.saving
    this.saving = null
    return !this.pending
  }

  async keep () {
    const changes = this.changes
    try {
      const said = await this.send(await this.serialise())
      this.pending = this.changes !== changes
      this.say(this.pending ? 'Not saved yet' : said)
      if (this.pending) this.wait(PAUSE)
    } catch (error) {
      this.fail(error)
    }
  }

  async send (xml) {
    const here = gist(xml)
    const before = this.kept.lastIndexOf(here, this.place)
    const after = this.kept.indexOf(here, this.place)
    const there = before >= 0 ? before : after
    if (there >= 0) {
      while (this.place !== there) await this.step(this.place > there ? 'back' : 'forward')
      return this.saidLast ?? 'Nothing was changed'
    }
    const told = await this.post('file', { source: xml })
    this.kept = [...this.kept.slice(0, this.place + 1), here].slice(-MOST_KEPT)
    this.place = this.kept.length - 1
    this.saidLast = told.said
    return told.said
  }

  async step (way) {
    const told = await this.post(way, {})
    this.place += way === 'back' ? -1 : 1
    this.saidLast = 'Saved'
    return told
  }

  /** Go back or forward in the draft itself, beyond what was drawn in this window. */
  async stepFar (way) {
    try {
      return await this.post(way, {})
    } catch (error) {
      this.fail(error)
    }
  }

  async post (name, more) {
    const told = await this.ask(this.config.addresses[name], { seen: this.server?.state ?? '', ...more })
    if (told.state) this.server = told
    return told
  }

  async ask (address, body, again = true) {
    const answer = await fetch(address, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRFToken': this.token },
      redirect: 'error'
    })
    const ours = answer.headers.get('Content-Type')?.startsWith('application/json')
    if (ours && answer.ok) return answer.json()
    if (ours) throw new Refused(await answer.json())
    if (answer.status === 400 && again) {
      await this.renew()
      return this.ask(address, body, false)
    }
    throw new Refused({ said: { 403: SIGNED_OUT, 413: TOO_MUCH }[answer.status] ?? WRONG, kind: 'later' })
  }

  // They have signed in again elsewhere: the page's token is of a session that is over.
  async renew () {
    const answer = await fetch(this.config.addresses.token, { redirect: 'error' })
    const { token, person } = await answer.json()
    if (person !== this.config.person) throw new Refused({ said: SOMEBODY_ELSE, kind: 'later' })
    this.token = token
    for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = token
  }

  fail (error) {
    if (error instanceof Refused && error.kind !== 'later') {
      this.stopped = true
      this.say('Not saved')
      this.stop(error)
      return
    }
    this.say(error instanceof Refused ? error.message : NO_CONNECTION)
    this.wait(AGAIN)
  }
}
