// A diagram is larger than its box: it opens where the case is, and can be made larger and smaller.
const STEP = 1.25
const LARGEST = 4
const MARKED = ['.overdue', '.now', '.wrong', '.doubtful', '.new', '.changed', '.gone']

export function open (box) {
  const picture = box.querySelector('svg')
  if (!picture) return
  // Its own size, also while what it stands in is folded away.
  const natural = { width: Number(picture.getAttribute('width')), height: Number(picture.getAttribute('height')) }
  const toFit = () => Math.min(1, box.clientWidth / natural.width)
  let scale = 1

  const resize = to => {
    scale = Math.min(LARGEST, Math.max(toFit(), to))
    picture.setAttribute('width', natural.width * scale)
    picture.setAttribute('height', natural.height * scale)
  }
  box.before(buttons([
    ['Larger', () => { resize(scale * STEP); showWhereItIs(box) }],
    ['Smaller', () => { resize(scale / STEP); showWhereItIs(box) }],
    ['The whole picture', () => resize(0)]
  ]))
  showWhereItIs(box)
  box.closest('details')?.addEventListener('toggle', () => showWhereItIs(box), { once: true })
}

function buttons (acts) {
  const group = document.createElement('div')
  group.className = 'stepladder-zoom'
  group.setAttribute('role', 'group')
  group.setAttribute('aria-label', 'Size of the diagram')
  for (const [label, act] of acts) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'govuk-button govuk-button--secondary'
    button.textContent = label
    button.addEventListener('click', act)
    group.append(button)
  }
  return group
}

function showWhereItIs (box) {
  const place = MARKED.map(mark => box.querySelector(mark)).find(Boolean)
  if (!place) return
  const outer = box.getBoundingClientRect()
  const inner = place.getBoundingClientRect()
  box.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2
  box.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2
}
