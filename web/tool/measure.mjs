// Fails when the script that one page loads is 200 kB or more, compressed (S-4). A page loads the
// entry and its own view, with everything that these import.

import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const limitBytes = 200_000
const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

function withImports(key, seen = new Set()) {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const imported of manifest[key].imports ?? []) withImports(imported, seen)
  return seen
}

function compressedBytes(keys) {
  const sizes = [...keys].map(
    key => gzipSync(readFileSync(new URL(manifest[key].file, dist))).length,
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

const entry = withImports('index.html')
const views = manifest['index.html'].dynamicImports ?? []
for (const view of ['index.html', ...views]) {
  const bytes = compressedBytes(new Set([...entry, ...withImports(view)]))
  console.log(`${(bytes / 1000).toFixed(1).padStart(6)} kB gzip  ${view}`)
  if (bytes >= limitBytes) process.exitCode = 1
}
if (process.exitCode) console.error('A page loads 200 kB of script or more.')
