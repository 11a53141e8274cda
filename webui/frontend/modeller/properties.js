// What a shape says besides how it is drawn, read from the file's own words and written back to them.
// Everything is written by commands of the modeller, so that each can be taken back.
import { is } from 'bpmn-js/lib/util/ModelUtil'

const TIMES = ['timeDuration', 'timeDate', 'timeCycle']
const POSTS = 'camunda:candidateGroups'
const FORM = 'camunda:formKey'

export function listed (text) {
  return (text ?? '').split(',').map((each) => each.trim()).filter(Boolean)
}

export function definitionOf (bo, type) {
  return bo.get('eventDefinitions')?.find((each) => is(each, type))
}

export function timeOf (bo) {
  const definition = definitionOf(bo, 'bpmn:TimerEventDefinition')
  const written = TIMES.map((name) => definition?.get(name)).find(Boolean)
  return (written?.body ?? '').trim()
}

export function clocksOf (element) {
  return (element.attachers ?? []).filter((each) =>
    definitionOf(each.businessObject, 'bpmn:TimerEventDefinition'))
}

/** Several commands that are taken back as one. */
export class Together {
  static $inject = ['modeling']

  preExecute ({ acts }) {
    for (const act of acts) act()
  }
}

export class Properties {
  static $inject = ['modeling', 'bpmnFactory', 'commandStack', 'canvas']

  constructor (modeling, bpmnFactory, commandStack, canvas) {
    Object.assign(this, { modeling, factory: bpmnFactory, commandStack, canvas })
    commandStack.registerHandler('stepladder.together', Together)
  }

  together (acts) {
    this.commandStack.execute('stepladder.together', { acts })
  }

  read (element, [what, name]) {
    const bo = element.businessObject
    switch (what) {
      case 'name': return is(bo, 'bpmn:TextAnnotation') ? bo.text ?? '' : bo.name ?? ''
      case 'notes': return bo.get('documentation')?.[0]?.text ?? ''
      case 'owner': return this.posts(bo, name)[0] ?? ''
      case 'others': return this.posts(bo, name).slice(1)
      case 'form': return bo.get(FORM) || this.property(bo, 'form')?.value || ''
      case 'button': return definitionOf(bo, 'bpmn:MessageEventDefinition')?.messageRef?.name ?? ''
      case 'posts': return listed(this.property(bo, name)?.value)
      case 'property': return this.property(bo, name)?.value ?? ''
      case 'time': return timeOf(bo)
    }
  }

  write (element, [what, name], value) {
    const bo = element.businessObject
    switch (what) {
      case 'name': return this.modeling.updateLabel(element, value)
      case 'notes': return this.note(element, value)
      case 'owner': return this.give(element, name, [value, ...this.posts(bo, name).slice(1)])
      case 'others': return this.give(element, name, [this.posts(bo, name)[0], ...value])
      case 'form': return this.modeling.updateProperties(element, { [FORM]: value || undefined })
      case 'button': return this.label(element, value)
      case 'posts': return this.set(element, name, this.ordered(bo, name, value).join(', '))
      case 'property': return this.set(element, name, value)
      case 'time': return this.time(element, value)
    }
  }

  posts (bo, name) {
    return name ? listed(this.property(bo, name)?.value) : listed(bo.get(POSTS))
  }

  // Who was there before stays in its place.
  ordered (bo, name, chosen) {
    const kept = listed(this.property(bo, name)?.value).filter((post) => chosen.includes(post))
    return [...kept, ...chosen.filter((post) => !kept.includes(post))]
  }

  give (element, name, posts) {
    const text = [...new Set(posts.filter(Boolean))].join(',')
    if (name) return this.set(element, name, text)
    this.modeling.updateProperties(element, { [POSTS]: text || undefined })
  }

  property (bo, name) {
    return this.holder(bo)?.get('values').find((each) => (each.name ?? '').trim() === name)
  }

  holder (bo) {
    return bo.extensionElements?.get('values').find((each) => is(each, 'camunda:Properties'))
  }

  /** A property of the shape; without a value it has no such property. */
  set (element, name, value) {
    const bo = element.businessObject
    const held = this.property(bo, name)
    if (held && value) return this.change(element, held, { value })
    if (held) return this.drop(element, bo, held)
    if (value) this.add(element, bo, name, value)
  }

  change (element, what, how) {
    this.modeling.updateModdleProperties(element, what, how)
  }

  add (element, bo, name, value) {
    const one = this.factory.create('camunda:Property', { name, value })
    const holder = this.holder(bo)
    if (holder) {
      one.$parent = holder
      return this.change(element, holder, { values: [...holder.get('values'), one] })
    }
    const properties = this.factory.create('camunda:Properties', { values: [one] })
    one.$parent = properties
    const outer = bo.extensionElements
    if (outer) {
      properties.$parent = outer
      return this.change(element, outer, { values: [...outer.get('values'), properties] })
    }
    const extensionElements = this.factory.create('bpmn:ExtensionElements', { values: [properties] })
    properties.$parent = extensionElements
    extensionElements.$parent = bo
    this.change(element, bo, { extensionElements })
  }

  // What holds the properties goes with the last.
  drop (element, bo, held) {
    const holder = this.holder(bo)
    const others = holder.get('values').filter((each) => each !== held)
    if (others.length) return this.change(element, holder, { values: others })
    const beside = bo.extensionElements.get('values').filter((each) => each !== holder)
    if (beside.length) return this.change(element, bo.extensionElements, { values: beside })
    this.change(element, bo, { extensionElements: undefined })
  }

  note (element, text) {
    const bo = element.businessObject
    const [first, ...others] = bo.get('documentation') ?? []
    if (first && text) return this.change(element, first, { text })
    if (first) return this.change(element, bo, { documentation: others })
    if (!text) return
    const written = this.factory.create('bpmn:Documentation', { text })
    written.$parent = bo
    this.change(element, bo, { documentation: [written] })
  }

  /** The clock's time; a clock that is named by its time is named by its new one. */
  time (element, text) {
    const bo = element.businessObject
    const definition = definitionOf(bo, 'bpmn:TimerEventDefinition')
    const before = timeOf(bo)
    const written = TIMES.map((name) => definition.get(name)).find(Boolean)
    const acts = [() => {
      if (written) return this.change(element, written, { body: text })
      const body = this.factory.create('bpmn:FormalExpression', { body: text })
      body.$parent = definition
      this.change(element, definition, { timeDuration: body })
    }]
    const plain = (words) => (words ?? '').trim().toLowerCase()
    if (!bo.name || plain(bo.name) === plain(before)) {
      acts.push(() => this.modeling.updateLabel(element, text))
    }
    this.together(acts)
  }

  /** The button's words are the name of a message, which other shapes may share. */
  label (element, name) {
    const definition = definitionOf(element.businessObject, 'bpmn:MessageEventDefinition')
    const message = definition.messageRef
    const definitions = this.canvas.getRootElement().businessObject.$parent
    const shared = message && this.uses(message) > 1
    if (message && !shared) return this.change(element, message, { name })
    const made = this.factory.create('bpmn:Message', { name })
    made.$parent = definitions
    const rootElements = [...definitions.get('rootElements'), made]
    this.together([
      () => this.change(this.canvas.getRootElement(), definitions, { rootElements }),
      () => this.change(element, definition, { messageRef: made })
    ])
  }

  uses (message) {
    let count = 0
    const seen = (bo) => {
      if (definitionOf(bo, 'bpmn:MessageEventDefinition')?.messageRef === message) count += 1
      bo.get('flowElements')?.forEach((each) => is(each, 'bpmn:FlowNode') && seen(each))
    }
    for (const root of message.$parent.get('rootElements')) if (is(root, 'bpmn:Process')) seen(root)
    return count
  }
}

export default {
  __init__: ['stepladderProperties'],
  stepladderProperties: ['type', Properties]
}
