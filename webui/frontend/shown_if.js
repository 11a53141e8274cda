// Shows and hides conditional questions while somebody answers. The server decides in the end; without
// this script every question is shown, with its condition in words.
//
// Conditions are the small FEEL subset of engine/diagrams/expressions.py, with the same meaning.

const TOKEN =
  /\s*(?:date\s*\(\s*"(?<date>[^"]*)"\s*\)|"(?<text>(?:[^"\\]|\\["\\])*)"|(?<number>-?\d+(?:\.\d+)?)|(?<word>[A-Za-z_]\w*)|(?<mark>!=|<=|>=|[=<>()[\],]))/y
const LITERALS = { true: true, false: false, null: null }
const ISO_DATE = /^\d{4}-\d\d-\d\d$/

class Day {
  constructor (text) {
    this.text = text
  }
}

function tokens (text) {
  const found = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text)
    if (!match) throw new SyntaxError(text)
    found.push(token(match.groups))
  }
  return found
}

function token ({ date, text, number, word, mark }) {
  if (date !== undefined) return { value: new Day(date) }
  if (text !== undefined) return { value: text.replace(/\\(["\\])/g, '$1') }
  if (number !== undefined) return { value: Number(number) }
  if (word in LITERALS) return { value: LITERALS[word] }
  return { mark: mark ?? word, isName: word !== undefined }
}

class Parser {
  constructor (text) {
    this.tokens = tokens(text)
  }

  take (mark) {
    if (this.tokens[0]?.mark !== mark) return false
    this.tokens.shift()
    return true
  }

  demand (mark) {
    if (!this.take(mark)) throw new SyntaxError(`${mark} is missing`)
  }

  whole () {
    const evaluate = this.either()
    if (this.tokens.length) throw new SyntaxError('more than a condition')
    return evaluate
  }

  either () {
    const parts = [this.both()]
    while (this.take('or')) parts.push(this.both())
    return parts.length === 1 ? parts[0] : (values) => parts.some((part) => part(values) === true)
  }

  both () {
    const parts = [this.comparison()]
    while (this.take('and')) parts.push(this.comparison())
    return parts.length === 1 ? parts[0] : (values) => parts.every((part) => part(values) === true)
  }

  comparison () {
    const left = this.operand()
    for (const operator of Object.keys(COMPARE)) {
      if (this.take(operator)) {
        const right = this.operand()
        return (values) => COMPARE[operator](left(values), right(values))
      }
    }
    return this.take('in') ? this.within(left) : left
  }

  within (left) {
    const closing = this.take('(') ? ')' : ']'
    if (closing === ']') this.demand('[')
    const items = [this.operand()]
    while (this.take(',')) items.push(this.operand())
    this.demand(closing)
    return (values) => items.some((item) => equal(left(values), item(values)))
  }

  operand () {
    if (this.take('(')) {
      const inside = this.either()
      this.demand(')')
      return inside
    }
    if (this.take('not')) {
      this.demand('(')
      const inside = this.either()
      this.demand(')')
      return (values) => inside(values) !== true
    }
    const next = this.tokens.shift()
    if (next && 'value' in next) return () => next.value
    if (next?.isName) return (values) => values[next.mark] ?? null
    throw new SyntaxError('a name or a value is missing')
  }
}

// Both values as one kind, or nothing when they are of two kinds.
function alike (a, b) {
  if (a instanceof Day && b instanceof Day) return [a.text, b.text]
  if (a instanceof Day) return typeof b === 'string' && ISO_DATE.test(b) ? [a.text, b] : undefined
  if (b instanceof Day) return alike(b, a)?.reverse()
  return typeof a === typeof b && (a === null) === (b === null) ? [a, b] : undefined
}

function equal (a, b) {
  const pair = alike(a, b)
  return pair !== undefined && pair[0] === pair[1]
}

function ordered (a, b, order) {
  const pair = alike(a, b)
  if (pair === undefined || !['string', 'number'].includes(typeof pair[0])) return false
  return order(...pair)
}

const COMPARE = {
  '!=': (a, b) => !equal(a, b),
  '<=': (a, b) => ordered(a, b, (x, y) => x <= y),
  '>=': (a, b) => ordered(a, b, (x, y) => x >= y),
  '=': equal,
  '<': (a, b) => ordered(a, b, (x, y) => x < y),
  '>': (a, b) => ordered(a, b, (x, y) => x > y)
}

/** Whether the condition holds for the values, by name. Throws a SyntaxError for no condition. */
export function holds (condition, values) {
  return new Parser(condition).whole()(values) === true
}

// What the server will read from a question, as far as conditions may ask it.
function answerTo (question) {
  const inputs = [...question.querySelectorAll('input, select, textarea')]
  const { kind } = question.dataset
  if (kind === 'checkbox') return inputs.some((input) => input.checked)
  if (kind === 'radio') return inputs.find((input) => input.checked)?.value ?? null
  const texts = inputs.map((input) => input.value.trim())
  if (kind === 'date' && texts.every(Boolean)) {
    const [day, month, year] = texts
    return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  }
  const text = texts.join(' ').trim()
  if (!text) return null
  return kind === 'number' ? Number(text.replace(/[£,]/g, '')) : text
}

function isShown (question, values) {
  const condition = question.dataset.shownIf
  if (!condition) return true
  try {
    return holds(condition, values)
  } catch {
    return true // rather a question too many
  }
}

const NOT_ASKED = ['text', 'group', 'dynamiclist', 'row', 'separator', 'spacer', 'filepicker']

function refresh (form) {
  const values = JSON.parse(form.dataset.known)
  const rows = new Map() // what was answered in each row of a list, beside what stands around it
  for (const question of form.querySelectorAll('[data-key]')) {
    const row = question.closest('[data-row]')
    if (row && !rows.has(row)) rows.set(row, { ...values })
    const seen = row ? rows.get(row) : values
    question.hidden = !isShown(question, seen)
    if (NOT_ASKED.includes(question.dataset.kind)) continue
    // A question that is hidden is not answered, and what it held is kept for the next time.
    const around = question.parentElement.closest('[data-key]')
    seen[question.dataset.key] = question.hidden || around?.hidden ? null : answerTo(question)
  }
}

/** Let each form of the page show only the questions that its answers ask for. */
export function start () {
  for (const form of document.querySelectorAll('[data-known]')) {
    form.addEventListener('input', () => refresh(form))
    form.addEventListener('change', () => refresh(form))
    refresh(form)
  }
}
