// The panel beside the drawing: the site's own questions, filled in from the shape that is picked.
// Where each answer stands in the drawing is told by the server; here it is read and written.
import { is } from 'bpmn-js/lib/util/ModelUtil'
import { isEventSubProcess } from 'bpmn-js/lib/util/DiUtil'

import { Condition } from './conditions.js'
import { clocksOf, definitionOf, timeOf } from './properties.js'

const WORDS = {
  step: 'Step somebody does',
  clock: 'Time limit',
  act: 'What somebody can do',
  box: 'Group of steps',
  start: 'Start',
  end: 'End',
  tell: 'Somebody is told',
  lane: 'Lane for a post',
  choice: 'Either/or',
  arrow: 'One way of an either/or',
  note: 'Note',
  other: ''
}
const OTHERS = [
  ['bpmn:ParallelGateway', 'All at the same time'],
  ['bpmn:SequenceFlow', 'Arrow'],
  ['bpmn:Participant', 'The procedure, with its lanes'],
  ['bpmn:StartEvent', 'Start of a group of steps'],
  ['bpmn:EndEvent', 'End of a group of steps']
]
const MESSAGES = { tell: 'message', tell_on_answer: 'answer_message' }
const PICKED = /^(\d{1,4}) (working days?|days?|hours?)$/i

export function kindOf (element) {
  const bo = element.businessObject
  const inside = bo.$parent
  if (is(bo, 'bpmn:UserTask')) return 'step'
  if (is(bo, 'bpmn:Lane')) return 'lane'
  if (is(bo, 'bpmn:TextAnnotation')) return 'note'
  if (definitionOfAny(bo, 'bpmn:MessageEventDefinition')) return 'act'
  if (is(bo, 'bpmn:BoundaryEvent')) return definitionOfAny(bo, 'bpmn:TimerEventDefinition') ? 'clock' : 'other'
  if (is(bo, 'bpmn:SubProcess')) return 'box'
  if (is(bo, 'bpmn:StartEvent')) return is(inside, 'bpmn:Process') ? 'start' : 'other'
  if (is(bo, 'bpmn:EndEvent')) return is(inside, 'bpmn:Process') ? 'end' : 'other'
  if (is(bo, 'bpmn:IntermediateThrowEvent')) return 'tell'
  if (is(bo, 'bpmn:ExclusiveGateway')) return 'choice'
  if (is(bo, 'bpmn:SequenceFlow')) return isWay(bo) ? 'arrow' : 'other'
  return 'other'
}

function definitionOfAny (bo, type) {
  return is(bo, 'bpmn:Event') && definitionOf(bo, type)
}

function isWay (flow) {
  return is(flow.sourceRef, 'bpmn:ExclusiveGateway') && flow.sourceRef.get('outgoing').length > 1
}

export class Panel {
  constructor (root, modeler, config, ask) {
    Object.assign(this, { root, modeler, config, ask })
    this.properties = modeler.get('stepladderProperties')
    this.modeling = modeler.get('modeling')
    this.shape = root.querySelector('[data-shape]')
    this.forms = [...root.querySelectorAll('form[data-kind-of-shape]')]
    this.dirty = new Set()
    this.waits = Promise.resolve()
    for (const form of this.forms) this.watch(form)
    const way = root.querySelector('[data-way]')
    this.way = way
    way.querySelector('[name="way"]').addEventListener('change', () => this.chooseWay())
    this.condition = new Condition(way, config.questions, (text) => this.setCondition(text))
    root.querySelector('[data-give-time]').addEventListener('click', () => this.giveTime())
    modeler.on('selection.changed', ({ newSelection }) => this.pick(newSelection))
    modeler.on('commandStack.changed', () => this.refresh())
    modeler.on('import.done', () => this.pick([]))
  }

  watch (form) {
    form.querySelectorAll('.stepladder-question[data-kind="checklist"]').forEach(fold)
    form.addEventListener('submit', (event) => event.preventDefault())
    form.addEventListener('input', (event) => this.dirty.add(keyOf(event.target)))
    form.addEventListener('change', (event) => this.put(keyOf(event.target)))
  }

  /** What is typed and was not taken yet is taken now. */
  commit () {
    for (const key of [...this.dirty]) this.put(key)
    return this.waits
  }

  pick (elements) {
    this.commit()
    this.element = elements.length === 1 ? elements[0].labelTarget ?? elements[0] : null
    if (this.element && !this.element.parent) this.element = null
    this.refresh(true)
  }

  // A command may have changed what is shown, or taken it away; what somebody types stays.
  refresh (anew) {
    if (this.element && !this.modeler.get('elementRegistry').get(this.element.id)) this.element = null
    const element = this.element
    this.root.querySelector('[data-nothing]').hidden = Boolean(element)
    this.shape.hidden = !element
    const kind = element && kindOf(element)
    for (const form of this.forms) form.hidden = form.dataset.kindOfShape !== kind
    this.way.hidden = kind !== 'arrow'
    if (!element) return
    this.form = this.forms.find((each) => !each.hidden)
    this.root.querySelector('[data-shape-kind]').textContent = WORDS[kind] || otherWords(element)
    this.root.querySelector('[data-shape-name]').textContent = element.businessObject.name || 'Without a name'
    const link = this.root.querySelector('[data-in-table]')
    link.hidden = kind !== 'step'
    link.querySelector('a').href = this.config.addresses.step.replace('STEP', encodeURIComponent(element.id))
    this.fill(kind, anew)
    if (kind === 'arrow') this.showWay()
    this.clocks(kind)
    this.root.dispatchEvent(new CustomEvent('shape', { detail: element }))
  }

  fill (kind, anew) {
    if (anew) this.errors()
    for (const [key, place] of Object.entries(this.config.places[kind])) {
      const target = this.target(place)
      const question = this.form.querySelector(`.stepladder-question[data-key="${key}"]`)
      if (!question) continue
      question.hidden = !target
      if (!target || this.dirty.has(key)) continue
      if (place[0] === 'amount' || place[0] === 'unit') this.showTime(question, key, place, target)
      else if (place[0] === 'time') show(question, key, PICKED.test(timeOf(target.businessObject)) ? '' : timeOf(target.businessObject))
      else show(question, key, this.properties.read(target, place))
    }
  }

  // A time that is no plain number is shown in words, and changed at the clock itself.
  showTime (question, key, [what], clock) {
    const written = timeOf(clock.businessObject)
    const picked = PICKED.exec(written)
    question.hidden = !picked && this.element !== clock
    const unit = picked && picked[2].toLowerCase().replace(/s$/, '')
    show(question, key, picked ? (what === 'amount' ? picked[1] : unit) : '')
  }

  /** The shape that an answer is about: this one, or its only clock. */
  target (place) {
    if (place.at(-1) !== 'clock' && !(['amount', 'unit'].includes(place[0]))) return this.element
    if (kindOf(this.element) === 'clock') return this.element
    const clocks = clocksOf(this.element)
    return clocks.length === 1 ? clocks[0] : null
  }

  clocks (kind) {
    const box = this.root.querySelector('[data-clocks]')
    const clocks = kind === 'step' || kind === 'box' ? clocksOf(this.element) : []
    const mayHave = kind === 'step' || (kind === 'box' && !isEventSubProcess(this.element))
    box.hidden = !mayHave
    box.querySelector('[data-no-clock]').hidden = clocks.length > 0
    const list = box.querySelector('ul')
    list.replaceChildren(...clocks.map((clock) => {
      const item = document.createElement('li')
      const button = document.createElement('button')
      button.type = 'button'
      button.className = 'stepladder-link-button'
      const time = timeOf(clock.businessObject)
      const name = clock.businessObject.name
      button.textContent = name && name !== time ? `${name}: ${time}` : time || 'A time limit without a time'
      button.addEventListener('click', () => this.modeler.get('selection').select(clock))
      item.append(button)
      return item
    }))
  }

  giveTime () {
    this.modeler.get('contextPadProvider').limit(this.element)
  }

  put (key) {
    this.dirty.delete(key)
    const place = this.element && this.config.places[kindOf(this.element)]?.[key]
    const target = place && this.target(place)
    if (!target) return
    if (['amount', 'unit', 'time'].includes(place[0])) return this.putTime(target, key)
    const value = valueOf(this.form, key)
    if (same(this.properties.read(target, place), value)) return
    const message = place[0] === 'posts' && !value.length && MESSAGES[place[1]]
    this.properties.together([
      () => this.properties.write(target, place, value),
      // Without anybody to be told there is no message.
      ...(message ? [() => this.properties.set(target, message, '')] : [])
    ])
  }

  // The server says what a time means, in the words in which it reads it.
  putTime (clock, key) {
    const kind = kindOf(this.element)
    const own = kind === 'clock'
    const [amount, unit] = own ? ['clock_amount', 'clock_unit'] : ['amount_1', 'unit_1']
    const text = key === 'clock_words' ? valueOf(this.form, key) : ''
    if (key === 'clock_words' && !text) return
    const form = this.form
    const asked = { kind: 'time', text, clock_amount: valueOf(form, amount), clock_unit: valueOf(form, unit) }
    this.waits = this.waits.then(() => this.ask(asked)).then(({ text: written, said }) => {
      this.errors(said && { [text ? key : amount]: said }, form)
      if (written && written !== timeOf(clock.businessObject)) this.properties.time(clock, written)
    })
    return this.waits
  }

  errors (found, form = this.form) {
    for (const group of form.querySelectorAll('.govuk-form-group--error')) {
      group.classList.remove('govuk-form-group--error')
      group.querySelector('.govuk-error-message')?.remove()
      group.querySelector('.govuk-input--error')?.classList.remove('govuk-input--error')
    }
    for (const [key, sentence] of Object.entries(found || {})) {
      const input = form.querySelector(`[name="${key}"]`)
      const group = input.closest('.govuk-form-group')
      const said = document.createElement('p')
      said.className = 'govuk-error-message'
      said.setAttribute('role', 'alert')
      said.textContent = sentence
      group.classList.add('govuk-form-group--error')
      input.classList.add('govuk-input--error')
      input.before(said)
    }
  }

  showWay () {
    const flow = this.element.businessObject
    const otherwise = flow.sourceRef.default === flow
    this.way.querySelector('[name="way"]').value = otherwise ? 'otherwise' : 'when'
    this.way.querySelector('[data-when]').hidden = otherwise
    const written = flow.conditionExpression?.body?.trim() ?? ''
    if (this.shown?.flow === flow && this.shown.written === written) return
    this.shown = { flow, written }
    this.condition.show(written, nearForms(flow.sourceRef))
  }

  chooseWay () {
    const flow = this.element.businessObject
    const gateway = this.modeler.get('elementRegistry').get(flow.sourceRef.id)
    if (this.way.querySelector('[name="way"]').value === 'otherwise') {
      this.properties.together([
        () => this.modeling.updateProperties(this.element, { conditionExpression: undefined }),
        () => this.modeling.updateProperties(gateway, { default: flow })
      ])
    } else {
      this.modeling.updateProperties(gateway, { default: undefined })
      this.shown = null
      this.showWay()
    }
  }

  setCondition (text) {
    const element = this.element
    this.waits = this.waits.then(() => this.ask({ kind: 'condition', text })).then(({ text: written, said }) => {
      const told = this.way.querySelector('[data-condition-said]')
      told.hidden = !said
      told.textContent = said ?? ''
      if (!written) return
      const body = this.modeler.get('bpmnFactory').create('bpmn:FormalExpression', { body: written })
      body.$parent = element.businessObject
      this.shown = { flow: element.businessObject, written }
      this.modeling.updateProperties(element, { conditionExpression: body })
    })
    return this.waits
  }
}

/** The forms of the steps that come before, with nothing between them that somebody fills in. */
function nearForms (node) {
  const seen = new Set()
  const look = (here) => {
    if (!here || seen.has(here)) return []
    seen.add(here)
    const form = here.get('camunda:formKey')
    if (form) return [form]
    const before = here.get('incoming')?.map((flow) => flow.sourceRef) ?? []
    return [...before, here.attachedToRef].flatMap(look)
  }
  return look(node)
}

function otherWords (element) {
  return OTHERS.find(([type]) => is(element, type))?.[1] ?? 'A shape that does nothing here'
}

function keyOf (input) {
  return input.closest('.stepladder-question')?.dataset.key
}

function valueOf (form, key) {
  const inputs = [...form.querySelectorAll(`[name="${key}"]`)]
  if (inputs[0]?.type !== 'checkbox') return inputs[0]?.value.trim() ?? ''
  return inputs.filter((input) => input.checked).map((input) => input.value)
}

function same (a, b) {
  return Array.isArray(a) ? a.length === b.length && a.every((each) => b.includes(each)) : a === b
}

function show (question, key, value) {
  const inputs = [...question.querySelectorAll(`[name="${key}"]`)]
  if (Array.isArray(value)) {
    for (const input of inputs) input.checked = value.includes(input.value)
    return question.dispatchEvent(new Event('shown'))
  }
  const [input] = inputs
  // What stands in the drawing can be picked, also where the council or the procedure has it no more.
  if (input.tagName === 'SELECT' && value && ![...input.options].some((each) => each.value === value)) {
    input.append(new Option(value, value))
  }
  input.value = value
}

// A list of posts is long: it opens when it is wanted, and says meanwhile what is ticked in it.
function fold (question) {
  const legend = question.querySelector('legend')
  const details = document.createElement('details')
  details.className = 'govuk-details'
  const words = legend.textContent.trim().replace(/ \(optional\)$/, '')
  const summary = document.createElement('summary')
  summary.className = 'govuk-details__summary'
  const asked = document.createElement('span')
  asked.className = 'govuk-details__summary-text'
  const chosen = document.createElement('span')
  chosen.className = 'stepladder-chosen'
  summary.append(asked, chosen)
  asked.textContent = words
  const group = question.querySelector('.govuk-form-group')
  group.replaceWith(details)
  const text = document.createElement('div')
  text.className = 'govuk-details__text'
  text.append(group)
  details.append(summary, text)
  legend.classList.add('govuk-visually-hidden')
  question.querySelector('.govuk-checkboxes').classList.add('govuk-checkboxes--small')
  const tell = () => {
    const ticked = [...question.querySelectorAll('input:checked')].map((input) => input.nextElementSibling.textContent.trim())
    chosen.textContent = ticked.join(', ') || 'Nobody'
  }
  question.addEventListener('shown', tell)
  question.addEventListener('change', tell)
}
