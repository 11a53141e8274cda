// Everything works without this script: it only makes GOV.UK's components more convenient.
import {
  Button,
  CharacterCount,
  Checkboxes,
  createAll,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  Tabs
} from 'govuk-frontend'

import { keep } from './autosave.js'
import { copy } from './copy.js'
import { open } from './diagram.js'
import { start } from './shown_if.js'

const components = [
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  Tabs
]

for (const component of components) {
  createAll(component)
}

start()
keep()
copy()
document.querySelectorAll('.stepladder-diagram').forEach(open)
