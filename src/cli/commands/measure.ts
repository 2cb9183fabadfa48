// `afterword measure`: measures which engine trains a study fastest on this machine, now, and remembers it for `auto`. A
// trainer process does it, in a folder of its own that is gone afterwards: the command line loads no TensorFlow.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { readJson, writeJson } from '../../run-folder/json-file'
import { stageTitle } from '../../shared/config/describe'
import type { RunConfig } from '../../shared/config/schema'
import { AfterwordError, exitCodes } from '../../shared/errors'
import { runFiles } from '../../shared/run/folder'
import { measurementReportSchema, type MeasurementReport } from '../../shared/run/measurement'
import { Datasets } from '../../workbench/datasets'
import { lastLogLines } from '../../workbench/log-tail'
import type { Arguments } from '../arguments'
import { trainerCommand } from '../context'
import { printJson, shortNumber, textTable } from '../output'
import { readStudyFile } from '../study-file'
import { Interruption } from '../train-runs'
import { parseDevice } from './run'

/** Measures a study's config; of a sweep the first point. Returns the exit code. */
export async function measureStudy({ flags, positionals }: Arguments): Promise<number> {
  const device = parseDevice(flags.device ?? 'auto')
  const file = positionals[0] ?? ''
  const { study } = await readStudyFile(file, flags.set)
  const given = study.runs[0]?.config
  if (given === undefined) throw new AfterwordError('invalid-input', 'the study has no run to measure')
  if (given.model.kind === 'linear')
    throw new AfterwordError(
      'invalid-input',
      `${file}: model.kind is linear, which uses no engine: there is nothing to measure`,
    )
  const { config, content } = await new Datasets(dirname(resolve(file))).of(given)
  if (study.runs.length > 1) process.stderr.write('of the sweep, the first point is measured\n')
  const folder = await mkdtemp(join(tmpdir(), 'afterword-measure-'))
  const interruption = new Interruption()
  try {
    await writeJson(join(folder, runFiles.config), config)
    if (content !== undefined) await writeFile(join(folder, runFiles.dataset), content)
    const code = await trainerEnd([folder, device], interruption)
    if (interruption.isAsked) return exitCodes.interrupted
    if (code !== 0) {
      const lines = await lastLogLines(folder, 1)
      throw new AfterwordError('run-failed', `the measurement failed: ${lines.join('\n')}`)
    }
    const report = await readJson(join(folder, runFiles.measurement), measurementReportSchema)
    if (flags.json) printJson(report)
    else process.stdout.write(text(report, config))
    return exitCodes.done
  } finally {
    interruption.dispose()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Runs a measuring trainer; a stop is handed on to it. Gives its exit code. */
async function trainerEnd(args: readonly string[], interruption: Interruption): Promise<number | null> {
  const { execPath, script } = trainerCommand()
  const child = spawn(execPath, [script, '--measure', ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  const stopListening = interruption.onAsked((count) => child.kill(count === 1 ? 'SIGTERM' : 'SIGKILL'))
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', resolve)
    })
  } finally {
    stopListening()
  }
}

function text({ measurement, costs, reason, file }: MeasurementReport, config: RunConfig): string {
  const rows = [['stage', 'engine', 'ready', 'of which compiling', 'step', 'evaluation', 'whole run']]
  config.stages.forEach((stage, index) => {
    for (const { engine } of costs) {
      const times = measurement.engines[engine]?.[index]
      if (times === undefined) continue
      const { recordSeconds, loadSeconds, compileSeconds } = times.preparation
      rows.push([
        `${index} ${stageTitle(stage)}`,
        engine,
        `${shortNumber(recordSeconds + loadSeconds + compileSeconds)} s`,
        `${shortNumber(compileSeconds)} s`,
        `${shortNumber(times.stepSeconds * 1000)} ms`,
        `${shortNumber(times.evaluateSeconds * 1000)} ms`,
      ])
    }
  })
  for (const { engine, stepSeconds, runSeconds } of costs) {
    rows.push([
      'all',
      engine,
      '',
      '',
      `${shortNumber(stepSeconds * 1000)} ms`,
      '',
      `${shortNumber(runSeconds)} s`,
    ])
  }
  return `${textTable(rows)}\n\n${reason}\nremembered in ${file}\n`
}
