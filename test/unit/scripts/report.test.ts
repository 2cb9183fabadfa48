// Lines for people and for CI: the closing line of a test run, progress, the Node that is needed, missing packages.
import { describe, expect, it } from 'vitest'
import { createLog, formatBytes } from '../../../scripts/setup/log.mjs'
import { isSupportedNode } from '../../../scripts/setup/node-version.mjs'
import { run } from '../../../scripts/setup/process.mjs'
import { installCommand, installSystemPieces } from '../../../scripts/setup/system.mjs'
import { closingLine, countTests, notableTests } from '../../../scripts/setup/test-report.mjs'
import { temporaryContext, temporaryFolder } from './fixtures'

describe('the closing line', () => {
  const report = (...statuses: string[]) => ({
    testResults: [{ status: 'passed', assertionResults: statuses.map((status) => ({ status })) }],
  })

  it('counts tests', () => {
    expect(closingLine(countTests(report('passed', 'passed')), 0)).toBe('2 passed, 0 failed')
    expect(closingLine(countTests(report('passed', 'failed', 'pending')), 1)).toBe(
      '1 passed, 1 failed, 1 skipped',
    )
  })

  it('counts a file that could not be loaded as one failure', () => {
    const counts = countTests({ testResults: [{ status: 'failed', assertionResults: [] }] })
    expect(closingLine(counts, 1)).toBe('0 passed, 1 failed')
  })

  it('comes after the names of tests that failed or needed a second try', () => {
    const test = (fullName: string, status: string, ...failureMessages: string[]) => ({
      fullName,
      status,
      failureMessages,
    })
    const testResults = [
      {
        name: '/home/me/project/a.test.ts',
        status: 'failed',
        assertionResults: [test('does', 'failed', 'no')],
      },
      { name: '/home/me/project/b.test.ts', status: 'failed', assertionResults: [] },
      {
        name: '/home/me/project/c.test.ts',
        status: 'passed',
        assertionResults: [test('at once', 'passed'), test('later', 'passed', 'timeout')],
      },
    ]
    expect(notableTests({ testResults }, '/home/me/project')).toEqual([
      'failed test: a.test.ts: does',
      'failed test: b.test.ts (the file itself)',
      'needed a second try: c.test.ts: later',
    ])
  })

  it('never claims success for a run that failed', () => {
    expect(closingLine(countTests(report('passed')), 1)).toBe('1 passed, 1 failed')
    expect(closingLine(undefined, 1)).toBe('0 passed, 1 failed')
  })
})

describe('progress', () => {
  it('is a line every few seconds where there is no terminal', () => {
    let now = 0
    const lines: string[] = []
    const log = createLog({ stream: { write: (text: string) => lines.push(text) }, now: () => now })
    for (let step = 0; step <= 100; step++) {
      now = step * 100
      log.progress(formatBytes(step * 1e6, 100e6))
    }
    expect(lines).toEqual([0, 40, 80].map((n) => `[set-up]   ${n} of 100 MB (${n}%)\n`))
  })
})

describe('a child process', () => {
  it('is given up after a silence', async () => {
    const outcome = await run(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { silenceSeconds: 1 })
    expect(outcome).toMatchObject({ code: 124, stderr: '\nno progress for 1 s' })
  })

  it('that cannot be started is an outcome, not an exception', async () => {
    expect(await run('/no/such/program', [])).toMatchObject({ code: 127 })
  })
})

describe('what the system lacks', () => {
  const pieces = [
    { what: 'a C++ compiler', package: 'g++' },
    { what: 'xvfb-run', package: 'xvfb' },
  ]

  it('is named with the one command that installs it, and not installed for an ordinary session', async () => {
    const { context, said } = temporaryContext({ CI: '', PATH: temporaryFolder() })
    expect(await installSystemPieces(context, pieces)).toBe(false)
    expect(said).toEqual([
      "missing on this system: a C++ compiler, xvfb-run. Install with: your package manager (Debian's names: g++ xvfb)",
    ])
  })

  it.runIf(process.platform === 'linux')('is one line to paste where there is apt-get', async () => {
    const { stdout } = await run('sh', ['-c', 'command -v apt-get'])
    const command = installCommand(process.env, pieces)
    if (stdout.trim())
      expect(command).toBe('sudo apt-get update && sudo apt-get install -y --no-install-recommends g++ xvfb')
    else expect(command).toContain('g++ xvfb')
  })
})

describe('Node', () => {
  it('is ^20.19 or >=22.12', () => {
    const versions = ['18.20.0', '20.18.3', '20.19.0', '21.7.0', '22.11.0', '22.12.0', '24.0.0']
    expect(versions.filter(isSupportedNode)).toEqual(['20.19.0', '22.12.0', '24.0.0'])
  })
})
