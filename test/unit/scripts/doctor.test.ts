// The doctor as a user calls it, and the door to the command line.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from './fixtures'

const program = join(import.meta.dirname, '../../../bin/afterword.mjs')

function afterword(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
}

interface Report {
  canTrain: boolean
  backend: string
  cache: string
  pieces: { name: string; state: string; version?: string; source?: string; advice?: string }[]
  devices: { name: string; type: string }[]
}

describe('afterword doctor', () => {
  it('names every piece with version and source, the devices, and nothing else on stdout', () => {
    const { status, stdout } = afterword(['doctor', '--json'])
    const report = JSON.parse(stdout) as Report
    const names = report.pieces.map((piece) => piece.name)
    expect(status).toBe(0)
    expect(names).toEqual(
      expect.arrayContaining([
        'Node',
        'npm packages',
        'TensorFlow',
        'binding of tfjs-node-gpu',
        'Electron',
        'built app',
      ]),
    )
    for (const piece of report.pieces) if (piece.state === 'missing') expect(piece.advice).toBeTruthy()
    if (report.backend === 'tensorflow') expect(report.devices.map((device) => device.type)).toContain('CPU')
  })

  it('says that training is slow, and what to do, where native TensorFlow is not there', () => {
    const { status, stdout } = afterword(['doctor'], {
      AFTERWORD_CACHE: temporaryFolder(),
      AFTERWORD_LIBTENSORFLOW: '',
    })
    expect(status).toBe(0)
    expect(stdout).toContain("slowly, on tfjs' JavaScript backend")
    expect(stdout).toContain('npx afterword doctor --fix')
  })

  it('refuses an option it does not know', () => {
    expect(afterword(['doctor', '--jsn'])).toMatchObject({ status: 2, stdout: '' })
  })
})
