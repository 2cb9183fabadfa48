// Counts in vitest's JSON report, for the line that closes a test run.
import { readFileSync } from 'node:fs'

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * @param {string} path
 * @returns {Counts | undefined} undefined where vitest wrote no report
 */
export function readReport(path) {
  try {
    return countTests(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
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
