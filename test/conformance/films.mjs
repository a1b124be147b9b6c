import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

async function made(name, source, options = []) {
  const folder = await mkdtemp(path.join(tmpdir(), 'antiphon-film-'))
  try {
    const file = path.join(folder, name)
    await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, ...options, file])
    return await readFile(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The bytes of a film that ffmpeg makes. @param noise  true: large, as nothing in it repeats */
export function makeFilm({ name = 'film.webm', seconds = 1, width = 160, noise = false } = {}) {
  const options = noise ? ['-vf', 'noise=alls=100:allf=t', '-b:v', '20M'] : []
  return made(name, `testsrc2=s=${width}x90:r=10:d=${seconds}`, options)
}

export const makeSound = () => made('sound.wav', 'sine=d=1')

export const sha256 = bytes => createHash('sha256').update(bytes).digest('hex')
