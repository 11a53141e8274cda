// The shapes that a procedure is made of, named as people name them; no others are offered.
import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor'
import { is } from 'bpmn-js/lib/util/ModelUtil'
import { isEventSubProcess } from 'bpmn-js/lib/util/DiUtil'

import { clocksOf, definitionOf, timeOf } from './properties.js'

const TIMER = 'bpmn:TimerEventDefinition'
const MESSAGE = 'bpmn:MessageEventDefinition'
const LANE = 140
const ROOM = 40
const FIRST_TIME = '5 working days'

const STEP = { type: 'bpmn:UserTask' }
const CHOICE = { type: 'bpmn:ExclusiveGateway' }
const FORK = { type: 'bpmn:ParallelGateway' }
const END = { type: 'bpmn:EndEvent' }
const TELL = { type: 'bpmn:IntermediateThrowEvent' }
const NOTE = { type: 'bpmn:TextAnnotation' }
const CLOCK = { type: 'bpmn:BoundaryEvent', eventDefinitionType: TIMER, cancelActivity: false }
const ACT = { type: 'bpmn:BoundaryEvent', eventDefinitionType: MESSAGE, cancelActivity: true }

const holdsTime = (element) =>
  is(element, 'bpmn:UserTask') || (is(element, 'bpmn:SubProcess') && !isEventSubProcess(element))

class Palette {
  static $inject = ['palette', 'create', 'elementFactory', 'handTool', 'lassoTool', 'spaceTool', 'globalConnect', 'stepladderLanes']

  constructor (palette, create, elementFactory, handTool, lassoTool, spaceTool, globalConnect, lanes) {
    Object.assign(this, { create, factory: elementFactory, handTool, lassoTool, spaceTool, globalConnect, lanes })
    palette.registerProvider(this)
  }

  getPaletteEntries () {
    const tool = (icon, title, click) => this.entry('tools', icon, title, { click })
    const shape = (group, icon, title, attrs) => {
      const start = (event) => this.create.start(event, this.factory.createShape(attrs))
      return this.entry(group, icon, title, { click: start, dragstart: start })
    }
    const box = (icon, title, more, first) => {
      const start = (event) => this.box(event, more, first)
      return this.entry('steps', icon, title, { click: start, dragstart: start })
    }
    return {
      connect: tool('connection-multi', 'Draw an arrow', (event) => this.globalConnect.start(event)),
      hand: tool('hand-tool', 'Move the page', (event) => this.handTool.activateHand(event)),
      lasso: tool('lasso-tool', 'Pick several shapes', (event) => this.lassoTool.activateSelection(event)),
      space: tool('space-tool', 'Make room', (event) => this.spaceTool.activateSelection(event)),
      'tool-separator': { group: 'tools', separator: true },
      step: shape('steps', 'user-task', 'Step somebody does', STEP),
      clock: shape('steps', 'intermediate-event-catch-non-interrupting-timer', 'Time limit of a step', CLOCK),
      act: shape('steps', 'intermediate-event-catch-message', 'Can be done meanwhile', ACT),
      tell: shape('steps', 'intermediate-event-none', 'Somebody is told', TELL),
      choice: shape('ways', 'gateway-xor', 'Either/or', CHOICE),
      fork: shape('ways', 'gateway-parallel', 'All at the same time', FORK),
      start: shape('ways', 'start-event-none', 'Start', { type: 'bpmn:StartEvent' }),
      end: shape('ways', 'end-event-none', 'End', END),
      box: box('subprocess-expanded', 'Group of steps', {}, {}),
      anytime: box('event-subprocess-expanded', 'Can be done at any time', { triggeredByEvent: true },
        { eventDefinitionType: MESSAGE, isInterrupting: false }),
      lane: this.entry('more', 'lane-insert-below', 'Lane for a post', { click: () => this.lanes.add() }),
      note: shape('more', 'text-annotation', 'Note', NOTE)
    }
  }

  entry (group, icon, title, action) {
    const html = `<div class="entry stepladder-palette__entry" draggable="true"><span>${title}</span></div>`
    return { group, className: `bpmn-icon-${icon}`, title, html, action }
  }

  // A group of steps begins with a start of its own.
  box (event, more, first) {
    const box = this.factory.createShape({ type: 'bpmn:SubProcess', x: 0, y: 0, isExpanded: true, ...more })
    const start = this.factory.createShape({ type: 'bpmn:StartEvent', x: 40, y: 82, parent: box, ...first })
    this.create.start(event, [box, start], { hints: { autoSelect: [box] } })
  }
}

class ContextPad {
  static $inject = ['contextPad', 'modeling', 'elementFactory', 'connect', 'create', 'popupMenu', 'autoPlace', 'selection']

  constructor (contextPad, modeling, elementFactory, connect, create, popupMenu, autoPlace, selection) {
    Object.assign(this, { modeling, factory: elementFactory, connect, create, popupMenu, autoPlace, selection })
    contextPad.registerProvider(this)
  }

  getMultiElementContextPadEntries () {
    return { delete: this.deletion((event, elements) => this.modeling.removeElements(elements.slice())) }
  }

  getContextPadEntries (element) {
    if (element.type === 'label') return {}
    const leads = is(element, 'bpmn:FlowNode') && !is(element, 'bpmn:EndEvent') && !isEventSubProcess(element)
    const connects = leads || is(element, 'bpmn:TextAnnotation')
    const start = (event, from) => this.connect.start(event, from)
    return {
      ...(leads && {
        'append.step': this.append('user-task', 'Then a step somebody does', STEP),
        'append.choice': this.append('gateway-xor', 'Then either/or', CHOICE),
        'append.tell': this.append('intermediate-event-none', 'Then somebody is told', TELL),
        'append.end': this.append('end-event-none', 'Then the end', END)
      }),
      ...(holdsTime(element) && {
        clock: this.entry('edge', 'intermediate-event-catch-non-interrupting-timer', 'Add a time limit',
          { click: () => this.limit(element) })
      }),
      ...(connects && {
        connect: this.entry('connect', 'connection-multi', 'Draw an arrow from here', { click: start, dragstart: start })
      }),
      ...(is(element, 'bpmn:FlowNode') && { note: this.append('text-annotation', 'Add a note', NOTE) }),
      ...(!this.popupMenu.isEmpty(element, 'bpmn-replace') && {
        replace: this.entry('edit', 'screw-wrench', 'Change into something else', { click: (event) => this.offer(event, element) })
      }),
      delete: this.deletion((event, one) => this.modeling.removeElements([one]))
    }
  }

  entry (group, icon, title, action) {
    return { group, className: `bpmn-icon-${icon}`, title, action }
  }

  deletion (click) {
    return this.entry('edit', 'trash', 'Delete', { click })
  }

  append (icon, title, attrs) {
    const make = () => this.factory.createShape(attrs)
    return this.entry('model', icon, title, {
      click: (event, element) => this.autoPlace.append(element, make()),
      dragstart: (event, element) => this.create.start(event, make(), { source: element })
    })
  }

  /** A clock on the step's lower edge, and where it leads when the time has passed. */
  limit (element) {
    const place = { x: element.x + element.width - 30 * (clocksOf(element).length + 1), y: element.y + element.height }
    const clock = this.modeling.createShape(this.factory.createShape(CLOCK), place, element, { attach: true })
    this.modeling.appendShape(clock, this.factory.createShape(END), { x: place.x + 90, y: place.y + 70 }, element.parent)
    this.selection.select(clock)
  }

  offer (event, element) {
    this.popupMenu.open(element, 'bpmn-replace', {
      x: event.clientX ?? event.x, y: (event.clientY ?? event.y) + 5, cursor: { x: event.x, y: event.y }
    }, { title: 'Change into', width: 340 })
  }
}

// What a shape may be changed into, so that nothing that hangs on it is lost.
const OTHERWISE = [
  ['bpmn:Gateway', 'Either/or', 'gateway-xor', CHOICE],
  ['bpmn:Gateway', 'All at the same time', 'gateway-parallel', FORK],
  ['bpmn:Task', 'Step somebody does', 'user-task', STEP],
  ['bpmn:BoundaryEvent', 'Time limit, the step stays open', 'intermediate-event-catch-non-interrupting-timer', CLOCK],
  ['bpmn:BoundaryEvent', 'Time limit that ends the step', 'intermediate-event-catch-timer', { ...CLOCK, cancelActivity: true }],
  ['bpmn:BoundaryEvent', 'Can be done meanwhile, and ends the step', 'intermediate-event-catch-message', ACT],
  ['bpmn:BoundaryEvent', 'Can be done meanwhile, the step stays open', 'intermediate-event-catch-non-interrupting-message', { ...ACT, cancelActivity: false }],
  ['bpmn:EndEvent', 'End', 'end-event-none', END],
  ['bpmn:EndEvent', 'End of all that is open in this group', 'end-event-terminate', { ...END, eventDefinitionType: 'bpmn:TerminateEventDefinition' }],
  ['bpmn:IntermediateThrowEvent', 'Somebody is told', 'intermediate-event-none', TELL],
  ['bpmn:IntermediateCatchEvent', 'Somebody is told', 'intermediate-event-none', TELL]
]

class Otherwise {
  static $inject = ['popupMenu', 'bpmnReplace']

  constructor (popupMenu, bpmnReplace) {
    this.replace = bpmnReplace
    popupMenu.registerProvider('bpmn-replace', this)
  }

  getPopupMenuEntries (element) {
    if (Array.isArray(element)) return {}
    const fit = OTHERWISE.filter(([type, , , target]) => is(element, type) && !this.isAlready(element, target))
    return Object.fromEntries(fit.map(([, label, icon, target]) => [
      `into.${icon}`,
      { label, className: `bpmn-icon-${icon}`, action: () => this.replace.replaceElement(element, target) }
    ]))
  }

  isAlready (element, { type, eventDefinitionType, cancelActivity }) {
    const bo = element.businessObject
    const definition = bo.get('eventDefinitions')?.[0]?.$type
    return bo.$type === type && definition === eventDefinitionType &&
      (cancelActivity === undefined || bo.cancelActivity === cancelActivity)
  }
}

/** Lanes bear the title of a post. The first one comes below all that is drawn. */
class Lanes {
  static $inject = ['canvas', 'elementFactory', 'modeling', 'spaceTool', 'selection', 'stepladderProperties', 'elementRegistry']

  constructor (canvas, elementFactory, modeling, spaceTool, selection, properties, elementRegistry) {
    Object.assign(this, { canvas, factory: elementFactory, modeling, spaceTool, selection, properties, registry: elementRegistry })
  }

  add () {
    let lane
    this.properties.together([() => { lane = this.below(this.pool() ?? this.draw()) }])
    this.selection.select(lane)
    const { x, width, height } = this.canvas.viewbox()
    const left = Math.min(Math.max(x, lane.x), lane.x + lane.width - width)
    this.canvas.viewbox({ x: left, y: lane.y + lane.height / 2 - height / 2, width, height })
  }

  pool () {
    return this.registry.find((each) => is(each, 'bpmn:Participant'))
  }

  // What is drawn so far comes into a pool, with the id and the name that it has.
  draw () {
    const root = this.canvas.getRootElement()
    const drawn = root.children.filter((each) => !each.labelTarget && !each.waypoints)
    const edges = drawn.map(({ x, y, width, height }) => [x, y, x + width, y + height])
    const [left, top, right, bottom] = [0, 1, 2, 3].map((side) =>
      edges.reduce((far, edge) => (side < 2 ? Math.min : Math.max)(far, edge[side]), side < 2 ? Infinity : -Infinity))
    const bounds = edges.length
      ? { x: left - ROOM - 30, y: top - ROOM, width: right - left + 2 * ROOM + 30, height: bottom - top + 2 * ROOM }
      : { x: 100, y: 100, width: 900, height: 250 }
    const shape = this.factory.createParticipantShape({ isExpanded: true })
    shape.businessObject.name = root.businessObject.name
    return this.modeling.createShape(shape, bounds, root)
  }

  below (pool) {
    const bottom = pool.y + pool.height
    const { movingShapes, resizingShapes } = this.spaceTool.calculateAdjustments([pool], 'y', LANE, bottom - 10)
    this.spaceTool.makeSpace(movingShapes, resizingShapes, { x: 0, y: LANE }, 's', bottom - 10)
    const place = { x: pool.x + 30, y: bottom, width: pool.width - 30, height: LANE }
    return this.modeling.createShape({ type: 'bpmn:Lane', isHorizontal: true }, place, pool)
  }

  /** The lane in which a step lies, or null. */
  of (bo) {
    return this.registry.find((each) => is(each, 'bpmn:Lane') && each.businessObject.get('flowNodeRef').includes(bo))
  }
}

/** What a new shape begins with: a clock with a time, a step in a lane with the lane's post. */
class Beginnings extends CommandInterceptor {
  static $inject = ['eventBus', 'stepladderProperties', 'stepladderLanes', 'config.stepladder']

  constructor (eventBus, properties, lanes, { posts }) {
    super(eventBus)
    const give = (element) => {
      const lane = lanes.of(element.businessObject)
      const post = lane && posts[lane.businessObject.name]
      if (post && !properties.posts(element.businessObject).length) properties.give(element, undefined, [post])
    }
    this.postExecuted(['shape.create', 'shape.replace', 'shape.move', 'elements.move', 'elements.create'], 100, ({ context }) => {
      const touched = [context.shape, context.newShape, ...(context.shapes ?? []), ...(context.elements ?? [])]
      for (const element of touched) {
        if (!element?.businessObject || element.labelTarget || !element.parent) continue
        if (definitionOf(element.businessObject, TIMER) && !timeOf(element.businessObject)) properties.time(element, FIRST_TIME)
        if (is(element, 'bpmn:UserTask')) give(element)
      }
    })
  }
}

// What bpmn-js itself says to whoever draws, in plain words.
const PLAIN = {
  'flow elements must be children of pools/participants': 'Put it inside the frame',
  'pool/participant cannot be moved inside another pool/participant': 'A frame cannot stand inside another'
}

const translate = (sentence, values = {}) =>
  (PLAIN[sentence] ?? sentence).replace(/{([^}]+)}/g, (whole, name) => values[name] ?? whole)

export default {
  translate: ['value', translate],
  __init__: ['paletteProvider', 'contextPadProvider', 'replaceMenuProvider', 'stepladderBeginnings'],
  paletteProvider: ['type', Palette],
  contextPadProvider: ['type', ContextPad],
  replaceMenuProvider: ['type', Otherwise],
  stepladderLanes: ['type', Lanes],
  stepladderBeginnings: ['type', Beginnings]
}
