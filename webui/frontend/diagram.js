// A diagram is larger than its box: show first where the case is.
export function showWhereItIs (box) {
  const place = box.querySelector('.overdue') || box.querySelector('.now')
  if (!place) return
  const outer = box.getBoundingClientRect()
  const inner = place.getBoundingClientRect()
  box.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2
  box.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2
}
