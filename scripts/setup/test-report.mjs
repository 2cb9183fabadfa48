// What the last lines of a test run say, from vitest's JSON report: which tests failed, which passed only when tried again, and
// how many there were.
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * @typedef {{ fullName: string, status: string, failureMessages: readonly string[] }} Test
 * @typedef {{ testResults: readonly { name: string, status: string, assertionResults: readonly Test[] }[] }} Report
 */

/**
 * @param {string} path
 * @returns {Report | undefined} undefined where vitest wrote no report
 */
export function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * A line for every test that failed, and for every one that passed only when it was tried again.
 * @param {Report} report
 * @param {string} root folder that files are named from
 * @returns {string[]}
 */
export function notableTests({ testResults }, root) {
  return testResults.flatMap(({ name, status, assertionResults }) => {
    const file = relative(root, name)
    const failed = assertionResults.filter((test) => test.status === 'failed')
    const retried = assertionResults.filter(
      (test) => test.status === 'passed' && test.failureMessages.length > 0,
    )
    const unloaded =
      status === 'failed' && failed.length === 0 ? [`failed test: ${file} (the file itself)`] : []
    return [
      ...failed.map(({ fullName }) => `failed test: ${file}: ${fullName}`),
      ...unloaded,
      ...retried.map(({ fullName }) => `needed a second try: ${file}: ${fullName}`),
    ]
  })
}

/**
 * A file that failed without a failed test in it (it could not be loaded) counts as one failure.
 * @param {{ testResults: readonly { status: string, assertionResults: readonly { status: string }[] }[] }} report
 * @returns {Counts}
 */
export function countTests(report) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const file of report.testResults) {
    const failedBefore = counts.failed
    for (const { status } of file.assertionResults) {
      if (status === 'passed') counts.passed++
      else if (status === 'failed') counts.failed++
      else counts.skipped++
    }
    if (file.status === 'failed' && counts.failed === failedBefore) counts.failed++
  }
  return counts
}

/**
 * `N passed, N failed`, with `, N skipped` where there are any. Never claims success for a run that failed.
 * @param {Counts | undefined} counts
 * @param {number} code the exit code of the run
 * @returns {string}
 */
export function closingLine(counts, code) {
  const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: 0 }
  const shown = code !== 0 && failed === 0 ? 1 : failed
  return `${passed} passed, ${shown} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
