// A condition as questions and answers. One that is more than that is shown as it is written.
const PART = /^([A-Za-z_]\w*)\s*(!=|>=|<=|=|>|<)\s*("(?:[^"\\]|\\.)*"|true|false|null|-?\d+(?:\.\d+)?|date\("[\d-]+"\))$/
const TICKED = /^(?:not\(\s*([A-Za-z_]\w*)\s*\)|([A-Za-z_]\w*))$/
const ONE_OF = /^([A-Za-z_]\w*)\s+in\s*\(((?:\s*"(?:[^"\\]|\\.)*"\s*,?)+)\)$/
const EVER = [['= null', 'is not answered'], ['!= null', 'is answered']]
const OPERATORS = {
  options: [['=', 'is'], ['!=', 'is not'], ...EVER],
  tick: [['=', 'is']],
  number: [['=', 'is'], ['!=', 'is not'], ['>=', 'is at least'], ['<=', 'is at most'], ...EVER],
  date: [['=', 'is'], ['>=', 'is on or after'], ['<=', 'is on or before'], ...EVER]
}
const asksNothing = (operator) => operator.endsWith('null')

/** The parts of a condition and whether all of them must hold; null for what is more than that. */
export function parse (text) {
  const listed = ONE_OF.exec(text.trim())
  if (listed) {
    const values = listed[2].match(/"(?:[^"\\]|\\.)*"/g)
    return { join: 'or', parts: values.map((value) => ({ key: listed[1], operator: '=', value: plain(value) })) }
  }
  const pieces = text.split(/("(?:[^"\\]|\\.)*")/)
  const joins = pieces.filter((_, place) => place % 2 === 0).join(' ').match(/\b(and|or|in)\b/g) ?? []
  const join = joins[0] ?? 'and'
  if (joins.some((each) => each !== join) || join === 'in') return null
  const parts = split(pieces, join).map((each) => part(each.trim()))
  return parts.every(Boolean) ? { join, parts } : null
}

// What is ticked stands alone; what is not, in not(…).
function part (text) {
  const ticked = TICKED.exec(text)
  if (ticked) return { key: ticked[1] ?? ticked[2], operator: '=', value: String(!ticked[1]) }
  const [, key, operator, written] = PART.exec(text) ?? []
  if (!key) return null
  if (written === 'null') return { key, operator: `${operator} null`, value: '' }
  if (!['true', 'false'].includes(written)) return { key, operator, value: plain(written) }
  return { key, operator: '=', value: String((written === 'true') === (operator === '=')) }
}

function split (pieces, join) {
  const found = ['']
  pieces.forEach((piece, place) => {
    const [first, ...others] = place % 2 ? [piece] : piece.split(new RegExp(`\\b${join}\\b`))
    found[found.length - 1] += first
    found.push(...others)
  })
  return found
}

function plain (written) {
  if (written.startsWith('date(')) return written.slice(6, -2)
  return written.startsWith('"') ? written.slice(1, -1).replace(/\\(["\\])/g, '$1') : written
}

function write ({ key, operator, value }, kind) {
  if (asksNothing(operator)) return `${key} ${operator}`
  if (kind === 'date') return `${key} ${operator} date("${value}")`
  if (kind === 'tick') return value === 'true' ? `${key} = true` : `not(${key})`
  if (kind === 'options') return `${key} ${operator} "${value.replace(/["\\]/g, '\\$&')}"`
  return `${key} ${operator} ${value}`
}

/** The rows by which the condition of an arrow is built. `tell` is called with the new text. */
export class Condition {
  constructor (box, questions, tell) {
    this.box = box
    this.tell = tell
    this.questions = questions
    this.rows = box.querySelector('[data-rows]')
    this.row = box.querySelector('template[data-row]')
    this.words = box.querySelector('[name="condition_words"]')
    this.join = box.querySelector('[name="condition_join"]')
    box.querySelector('[data-add]').addEventListener('click', () => {
      this.draw({ key: '', operator: '=', value: '' }, true)
      this.order()
    })
    this.join.addEventListener('change', () => this.changed())
    this.words.addEventListener('change', () => this.tell(this.words.value.trim()))
  }

  show (text, near) {
    this.near = near
    const read = text ? parse(text) : { join: 'and', parts: [] }
    const known = read?.parts.every(({ key }) => this.question(key))
    this.box.querySelector('[data-built]').hidden = !known
    this.box.querySelector('[data-written]').hidden = Boolean(known)
    this.words.value = text
    this.rows.replaceChildren()
    if (!known) return
    this.join.value = read.join
    const parts = read.parts.length ? read.parts : [{ key: '', operator: '=', value: '' }]
    for (const part of parts) this.draw(part)
    this.order()
  }

  question (key) {
    return this.questions.find((each) => each.key === key)
  }

  draw (part, focus) {
    const row = this.row.content.firstElementChild.cloneNode(true)
    const question = row.querySelector('[data-question]')
    question.append(new Option('Choose a question', ''))
    const near = this.questions.filter((each) => each.forms.some((form) => this.near.includes(form)))
    const others = this.questions.filter((each) => !near.includes(each))
    for (const [label, asked] of [['Asked just before', near], ['Asked elsewhere', others]]) {
      if (!asked.length) continue
      const group = document.createElement('optgroup')
      group.label = label
      group.append(...asked.map((each) => new Option(each.label, each.key)))
      question.append(group)
    }
    question.value = part.key
    question.addEventListener('change', () => { this.answers(row, {}); this.changed() })
    row.querySelector('[data-remove]').addEventListener('click', () => { row.remove(); this.order(); this.changed() })
    this.rows.append(row)
    this.answers(row, part)
    if (focus) question.focus()
  }

  answers (row, { operator, value }) {
    const kind = this.question(row.querySelector('[data-question]').value)
    const is = row.querySelector('[data-operator]')
    is.replaceChildren(...OPERATORS[kind?.kind ?? 'options'].map(([sign, words]) => new Option(words, sign)))
    if (operator) is.value = operator
    const place = row.querySelector('[data-answer]')
    place.replaceChildren(field(kind, value ?? ''))
    place.hidden = asksNothing(is.value)
    is.onchange = place.onchange = () => {
      place.hidden = asksNothing(is.value)
      this.changed()
    }
  }

  // Each row is named by its number, for whoever does not see where it stands.
  order () {
    const rows = [...this.rows.children]
    this.join.closest('.govuk-form-group').hidden = rows.length < 2
    rows.forEach((row, place) => {
      row.querySelector('legend').textContent = rows.length > 1 ? `Answer ${place + 1}` : 'The answer'
    })
  }

  changed () {
    const rows = [...this.rows.children].map((row) => ({
      key: row.querySelector('[data-question]').value,
      operator: row.querySelector('[data-operator]').value,
      value: row.querySelector('[data-answer] > *').value.trim()
    }))
    if (rows.some(({ key, operator, value }) => !key || !(value || asksNothing(operator)))) return
    this.tell(rows.map((each) => write(each, this.question(each.key).kind)).join(` ${this.join.value} `))
  }
}

function field (question, value) {
  const kind = question?.kind
  const picked = kind === 'options' || kind === 'tick' || !question
  const made = document.createElement(picked ? 'select' : 'input')
  made.className = picked ? 'govuk-select' : 'govuk-input'
  made.setAttribute('aria-label', 'The answer')
  if (picked) {
    const options = kind === 'tick' ? [['true', 'ticked'], ['false', 'not ticked']] : (question?.options ?? []).map((each) => [each.value, each.label])
    made.append(new Option('Choose an answer', ''), ...options.map(([key, label]) => new Option(label, key)))
    if (value && !options.some(([key]) => key === value)) made.append(new Option(value, value))
  } else {
    made.type = kind
  }
  made.value = value
  return made
}
