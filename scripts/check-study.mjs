// Judges a finished `afterword run … --json` of resources/studies/parity-ntp-then-grpo.yaml: reads the run folders it
// names and prints each figure beside the band it must lie in. Usage: check-study.mjs FILE (the printed JSON).
// Exit 0 where every figure lies in its band; the last line counts them.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { judgeStudy, readRun } from './study/judge.mjs'

/**
 * @param {string} path of the JSON that `afterword run --json` printed
 * @returns {number} the exit code
 */
function main(path) {
  const { runs } = JSON.parse(readFileSync(path, 'utf8'))
  const findings = judgeStudy(runs.map(readRun))
  for (const { isGood, run, figure, value, band } of findings) {
    process.stdout.write(
      `${isGood ? 'ok  ' : 'FAIL'} ${run.padEnd(18)} ${figure.padEnd(50)} ${value.padStart(14)}   ${band}\n`,
    )
  }
  const failed = findings.filter((finding) => !finding.isGood).length
  process.stdout.write(`${findings.length - failed} passed, ${failed} failed\n`)
  return failed > 0 ? 1 : 0
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = main(process.argv[2] ?? '')
