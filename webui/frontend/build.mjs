// Builds ../static/dist: the style sheet, the script and the pictures they name, each under a name that
// holds a hash of its content, so that browsers may keep it for ever; manifest.json tells the site which.
import { rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import * as esbuild from 'esbuild'
import * as sass from 'sass'

const here = path.dirname(fileURLToPath(import.meta.url))
const dist = path.resolve(here, '../static/dist')
const fresh = `${dist}.fresh`

// What others' sheets are warned about is theirs to mend; what ours are warned about is shown.
const logger = {
  warn (message, { stack }) {
    if (!stack?.includes('node_modules')) console.warn(message)
  }
}

const sassSource = {
  name: 'sass',
  setup (build) {
    build.onLoad({ filter: /\.scss$/ }, ({ path: file }) => {
      const loadPaths = [path.join(here, 'node_modules'), here]
      const { css } = sass.compile(file, { loadPaths, logger })
      return { contents: css, loader: 'css', resolveDir: here }
    })
  }
}

// The Royal Arms may not be shown off a gov.uk domain: the footer's rule for them is left without a picture.
const noCrest = {
  name: 'no-crest',
  setup (build) {
    build.onResolve({ filter: /govuk-crest\.svg$/ }, () => ({ path: 'data:,', external: true }))
  }
}

await rm(fresh, { recursive: true, force: true })
const { metafile } = await esbuild.build({
  absWorkingDir: here,
  assetNames: 'images/[name]-[hash]',
  bundle: true,
  charset: 'utf8',
  entryNames: '[name]-[hash]',
  entryPoints: ['stepladder.js', 'stepladder.scss', 'modeller/modeller.js', 'modeller/modeller.scss', 'images/favicon.svg'],
  format: 'esm',
  legalComments: 'eof',
  loader: { '.png': 'copy', '.svg': 'copy', '.woff2': 'copy' },
  metafile: true,
  minify: true,
  outdir: fresh,
  plugins: [sassSource, noCrest],
  target: ['es2020', 'chrome109', 'firefox102', 'safari15']
})

const manifest = {}
for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint) {
    const name = path.basename(entryPoint).replace(/\.scss$/, '.css')
    manifest[name] = path.relative(fresh, path.resolve(here, output))
  }
}
await writeFile(path.join(fresh, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n')

// Built aside and then moved: a build that fails leaves the last one as it was.
await rm(dist, { recursive: true, force: true })
await rename(fresh, dist)
console.log(`Built ${Object.values(manifest).join(', ')}`)
