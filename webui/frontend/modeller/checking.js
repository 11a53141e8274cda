// What the check finds, in a list whose links lead to the shapes, and as marks on them.
const WRONG = 'stepladder-wrong'
const DOUBTFUL = 'stepladder-doubtful'

export class Check {
  constructor (root, modeler) {
    Object.assign(this, { root, modeler })
    this.box = root.querySelector('[data-problems]')
    this.found = []
    root.addEventListener('shape', ({ detail }) => this.tell(detail))
    modeler.on('commandStack.changed', () => {
      if (!this.box.hidden) this.box.querySelector('[data-older]').hidden = false
    })
  }

  async run () {
    const answer = await fetch(this.address, { headers: { Accept: 'application/json' }, redirect: 'error' })
    const told = await answer.json()
    if (!answer.ok) throw new Error(told.said)
    this.show(told.problems)
    return told.problems
  }

  clear () {
    const canvas = this.modeler.get('canvas')
    for (const { element, marker } of this.found) if (this.shape(element)) canvas.removeMarker(element, marker)
    this.modeler.get('overlays').remove({ type: 'stepladder-check' })
    this.found = []
  }

  show (problems) {
    this.clear()
    this.found = problems.map((each) => ({ ...each, marker: each.error ? WRONG : DOUBTFUL }))
    const errors = problems.filter((each) => each.error)
    this.box.hidden = false
    this.box.querySelector('[data-older]').hidden = true
    this.box.querySelector('[data-verdict]').textContent = errors.length
      ? `${errors.length === 1 ? 'One thing has' : `${errors.length} things have`} to be mended before it can be published.`
      : 'Nothing is wrong with the draft.'
    this.box.querySelector('ul').replaceChildren(...this.found.map((each) => this.item(each)))
    const marked = new Set()
    for (const each of this.found) {
      if (!this.shape(each.element) || marked.has(each.element)) continue
      marked.add(each.element)
      this.mark(each)
    }
    this.box.querySelector('h2').focus()
    this.tell(this.picked)
  }

  shape (id) {
    return id && this.modeler.get('elementRegistry').get(id)
  }

  mark ({ element, marker, error }) {
    this.modeler.get('canvas').addMarker(element, marker)
    const html = document.createElement('span')
    html.className = `stepladder-mark stepladder-mark--${error ? 'wrong' : 'doubtful'}`
    html.textContent = error ? '!' : '?'
    html.addEventListener('click', () => this.go(element))
    this.modeler.get('overlays').add(element, 'stepladder-check', { position: { top: -14, left: -14 }, html })
  }

  item (problem) {
    const item = document.createElement('li')
    item.className = 'stepladder-break'
    const lead = document.createElement('strong')
    lead.textContent = problem.error ? 'To mend: ' : 'Worth a look: '
    item.append(lead)
    if (this.shape(problem.element)) {
      const link = document.createElement('a')
      link.className = 'govuk-link'
      link.href = `#${problem.element}`
      link.textContent = problem.where
      link.addEventListener('click', (event) => {
        event.preventDefault()
        this.go(problem.element)
      })
      item.append(link, `. ${problem.words}`)
    } else {
      item.append(`${problem.where}. ${problem.words}`)
    }
    return item
  }

  go (id) {
    const element = this.shape(id)
    if (!element) return
    centre(this.modeler, element)
    this.modeler.get('selection').select(element)
    this.root.querySelector('[data-shape] h2').focus()
  }

  /** What is wrong with the shape that is picked. */
  tell (element) {
    this.picked = element
    const here = this.found.filter((each) => element && each.element === element.id)
    const box = this.root.querySelector('[data-wrong-here]')
    box.hidden = !here.length
    box.replaceChildren(...here.map(({ words }) => {
      const said = document.createElement('p')
      said.className = 'govuk-error-message'
      said.textContent = words
      return said
    }))
  }
}

/** The shape in the middle, large enough to be read. */
export function centre (modeler, element) {
  const canvas = modeler.get('canvas')
  if (canvas.zoom() < 0.6) canvas.zoom(0.8)
  const box = canvas.viewbox()
  const points = element.waypoints
  const middle = points
    ? points[Math.floor(points.length / 2)]
    : { x: element.x + element.width / 2, y: element.y + element.height / 2 }
  canvas.viewbox({ x: middle.x - box.width / 2, y: middle.y - box.height / 2, width: box.width, height: box.height })
}
