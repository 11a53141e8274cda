// Draws the procedure of a draft. Whoever has no mouse, no script or a small screen uses the table.
import Modeler from 'bpmn-js/lib/Modeler'
import { is } from 'bpmn-js/lib/util/ModelUtil'
import camunda from 'camunda-bpmn-moddle/resources/camunda.json'

import { Check, centre } from './checking.js'
import { Panel } from './panel.js'
import properties from './properties.js'
import { Refused, Saver } from './saving.js'
import shapes from './shapes.js'

const WIDE = '(min-width: 56em)'
const READABLE = 0.8
const BESIDE_THE_LIST = 260 // pixels of the list of shapes, at the scale at which one reads

const NOTHING_TO_DRAW = /no (diagram|process|collaboration|plane)/
const NO_PLACES = 'The file does not say where its shapes stand, so it cannot be drawn in. The table of the steps has all of them.'
const NOT_OPENED = 'The drawing could not be opened. Load the page again, or use the table of the steps.'

class Page {
  constructor (root) {
    this.root = root
    this.config = JSON.parse(root.dataset.modeller)
    this.said = root.querySelector('[data-said]')
    root.hidden = false
    this.modeler = new Modeler({
      container: root.querySelector('[data-canvas]'),
      moddleExtensions: { camunda },
      additionalModules: [properties, shapes],
      stepladder: { posts: this.config.posts }
    })
    this.saver = new Saver({
      config: this.config,
      token: root.dataset.token,
      serialise: () => this.serialise(),
      say: (words) => this.say(words),
      stop: (error) => this.stop(error)
    })
    this.panel = new Panel(root, this.modeler, this.config, (asked) => this.ask(asked))
    this.check = new Check(root, this.modeler)
    this.check.address = this.config.addresses.check
    this.modeler.on('commandStack.changed', () => {
      if (this.loading) return
      this.saver.change()
      this.buttons()
    })
    for (const button of root.querySelectorAll('[data-act]')) {
      button.addEventListener('click', () => this[button.dataset.act]())
    }
  }

  async open () {
    try {
      const answer = await fetch(this.config.addresses.file, { redirect: 'error' })
      const told = await answer.json()
      if (!answer.ok) throw new Refused(told)
      await this.load(told)
      this.begin()
    } catch (error) {
      this.say('The drawing is not open')
      this.trouble('Not opened', error instanceof Refused ? error.message : NOTHING_TO_DRAW.test(error.message) ? NO_PLACES : NOT_OPENED)
    }
  }

  async load (told) {
    this.loading = true
    const view = this.loaded && this.modeler.get('canvas').viewbox()
    const picked = this.modeler.get('selection').get().map(({ id }) => id)
    try {
      const { warnings } = await this.modeler.importXML(told.source)
      await this.saver.begin(told)
      this.warn(warnings)
    } finally {
      this.loading = false
    }
    if (view) this.modeler.get('canvas').viewbox(view)
    this.loaded = true
    this.buttons()
    // In a later tick: what is picked at once after the import is let go again.
    setTimeout(() => this.pick(picked))
  }

  pick (ids) {
    const registry = this.modeler.get('elementRegistry')
    this.modeler.get('selection').select(ids.map((id) => registry.get(id)).filter(Boolean))
  }

  // Where somebody came to look at one shape, that one; else where the procedure begins.
  begin () {
    const canvas = this.modeler.get('canvas')
    const svg = this.root.querySelector('[data-canvas] svg')
    svg.setAttribute('aria-label', 'The drawing. The table of steps has the same.')
    const registry = this.modeler.get('elementRegistry')
    const asked = registry.get(decodeURIComponent(location.hash.slice(1)))
    const first = registry.find(({ type, parent }) => type === 'bpmn:StartEvent' && parent === canvas.getRootElement()) ??
      registry.find(({ type }) => type === 'bpmn:StartEvent')
    canvas.zoom(READABLE)
    const { width, height } = canvas.viewbox()
    if (asked) {
      centre(this.modeler, asked)
      setTimeout(() => this.pick([asked.id]))
    } else if (first) {
      canvas.viewbox({ x: first.x - BESIDE_THE_LIST, y: first.y - height / 3, width, height })
    }
    this.root.dataset.ready = ''
    this.say('Everything is saved')
  }

  async serialise () {
    const { xml } = await this.modeler.saveXML({ format: true })
    return xml
  }

  say (words) {
    if (this.said.textContent !== words) this.said.textContent = words
    this.said.classList.toggle('stepladder-said--wrong', /^Not saved(:|$)/.test(words))
  }

  async ask (asked) {
    try {
      return await this.saver.ask(this.config.addresses.words, asked)
    } catch (error) {
      return { said: error instanceof Refused ? error.message : 'No connection: this was not taken. Try again.' }
    }
  }

  buttons () {
    const stack = this.modeler.get('commandStack')
    const set = (name, may) => this.root.querySelector(`[data-act="${name}"]`).toggleAttribute('disabled', !may)
    set('undo', stack.canUndo() || this.saver.server?.back)
    set('redo', stack.canRedo() || (!this.saver.pending && this.saver.server?.forward))
  }

  async undo () {
    await this.panel.commit()
    await this.go('canUndo', 'undo', 'back')
  }

  async redo () {
    await this.go('canRedo', 'redo', 'forward')
  }

  // First what was drawn in this window, and then what the draft keeps of earlier ones.
  async go (may, step, far) {
    const stack = this.modeler.get('commandStack')
    if (stack[may]()) return stack[step]()
    if (!await this.saver.save()) return
    const told = await this.saver.stepFar(far)
    if (!told) return
    await this.load(told)
    this.say(`${far === 'back' ? 'Taken back' : 'Done again'}: ${told.words}`)
  }

  async inspect () {
    await this.panel.commit()
    this.say('Checking')
    try {
      if (!await this.saver.save()) return
      await this.check.run()
      this.say(this.saver.saidLast ?? 'Everything is saved')
    } catch {
      this.say('The check did not come back. Try again.')
    }
  }

  larger () {
    this.modeler.get('zoomScroll').stepZoom(1)
  }

  smaller () {
    this.modeler.get('zoomScroll').stepZoom(-1)
  }

  whole () {
    this.modeler.get('canvas').zoom('fit-viewport', 'auto')
  }

  trouble (title, words, choices = []) {
    const box = this.root.querySelector('[data-trouble]')
    box.hidden = false
    box.querySelector('h2').textContent = title
    box.querySelector('[data-trouble-said]').textContent = words
    for (const button of box.querySelectorAll('[data-act]')) button.hidden = !choices.includes(button.dataset.act)
    box.focus()
  }

  // Nothing is lost: what was drawn can be taken out, or saved all the same, or let go.
  stop (error) {
    const choices = { held: ['takeOver', 'keepFile', 'letGo'], changed: ['saveMine', 'keepFile', 'letGo'] }
    this.trouble('Not saved', error.message, choices[error.kind] ?? ['keepFile'])
  }

  async takeOver () {
    await this.follow(() => this.saver.ask(this.config.addresses.take, {}))
  }

  async saveMine () {
    await this.follow(async () => {
      const answer = await fetch(this.config.addresses.file, { redirect: 'error' })
      const told = await answer.json()
      if (!answer.ok) throw new Refused(told)
      return told
    })
  }

  /** What was drawn here comes after what is there now, which can be had back by undoing. */
  async follow (find) {
    try {
      this.saver.server = await find()
    } catch (error) {
      return this.trouble('Not saved', error instanceof Refused ? error.message : 'No connection. Try again.', ['takeOver', 'keepFile', 'letGo'])
    }
    this.root.querySelector('[data-trouble]').hidden = true
    this.saver.kept = []
    this.saver.place = 0
    this.saver.stopped = false
    this.saver.pending = true
    await this.saver.save()
    this.buttons()
  }

  async keepFile () {
    const file = new Blob([await this.serialise()], { type: 'application/xml' })
    const link = document.createElement('a')
    link.href = URL.createObjectURL(file)
    link.download = 'what-i-drew.bpmn'
    link.click()
    URL.revokeObjectURL(link.href)
  }

  letGo () {
    this.saver.pending = false
    location.reload()
  }

  // What cannot be read would be lost by saving, so nothing is saved before somebody says so.
  warn (warnings) {
    const undrawn = this.undrawn()
    const told = this.root.querySelector('[data-undrawn]')
    told.hidden = !undrawn.length
    told.textContent = `Without a place on the drawing: ${undrawn.join(', ')}. They stay in the procedure; change them in the table of the steps.`
    if (!warnings.length) return
    this.saver.stopped = true
    const named = warnings.map(({ message }) => /<([^>]{1,60})>/.exec(message)?.[1]).filter(Boolean)
    const what = named.length ? `: ${[...new Set(named)].slice(0, 10).join(', ')}` : ''
    this.trouble('Not everything can be drawn', `Parts of this file would be lost if it were saved from here${what}. Nothing is saved. Change it in the table of the steps, or draw all the same.`, ['drawAnyway'])
  }

  /** The names of the shapes that the file gives no place. */
  undrawn () {
    const registry = this.modeler.get('elementRegistry')
    const inside = (holder) => (holder.flowElements ?? []).flatMap((each) =>
      [...(registry.get(each.id) || is(each, 'bpmn:SequenceFlow') ? [] : [each.name || each.id]), ...inside(each)])
    const roots = this.modeler.getDefinitions().get('rootElements')
    return [...new Set(roots.flatMap(inside))]
  }

  drawAnyway () {
    this.root.querySelector('[data-trouble]').hidden = true
    this.saver.stopped = false
    if (this.saver.pending) this.saver.save()
  }
}

// A narrow screen is told about the table; one that becomes wide opens the drawing.
const root = document.querySelector('[data-modeller]')
const wide = window.matchMedia(WIDE)
const start = () => {
  if (!wide.matches || root.dataset.begun !== undefined) return
  root.dataset.begun = ''
  new Page(root).open()
}
if (root) {
  wide.addEventListener('change', start)
  start()
}
