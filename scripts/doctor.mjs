// `afterword doctor [--fix] [--json]`: every piece Afterword stands on, its version, where it came from, the devices
// native TensorFlow sees, and what to do about what is missing. Needs no build. `--fix` checks every cached byte and
// fetches again what is missing or was refused. Exit 0 where Afterword can train (slowly counts), 1 where it cannot.
import './setup/node-version.mjs'
import { availableParallelism } from 'node:os'
import { createContext } from './setup/context.mjs'
import { prepareDependencies } from './setup/dependencies.mjs'
import { inspect } from './setup/inspect.mjs'
import { prepareElectron } from './setup/electron.mjs'
import { prepareNative, removeDamaged } from './setup/native.mjs'
import { forgetRefusals } from './setup/refusals.mjs'

/**
 * Runs the command; prints on stdout.
 * @param {readonly string[]} args without the word doctor
 * @returns {Promise<number>} the exit code
 */
export async function doctor(args) {
  const unknown = args.find((arg) => !['--json', '--fix', '--help'].includes(arg))
  if (unknown || args.includes('--help')) {
    const usage =
      'afterword doctor [--fix] [--json]: what is installed, what is missing, what to do about it\n'
    process[unknown ? 'stderr' : 'stdout'].write(unknown ? `unknown option ${unknown}\n${usage}` : usage)
    return unknown ? 2 : 0
  }
  const context = createContext()
  if (args.includes('--fix')) {
    forgetRefusals(context)
    await removeDamaged(context)
    await prepareDependencies(context)
    await prepareNative(context)
    await prepareElectron(context)
  }
  const report = await inspect(context)
  process.stdout.write(args.includes('--json') ? `${JSON.stringify(report, null, 2)}\n` : render(report))
  return report.canTrain ? 0 : 1
}

const NAME_WIDTH = 24

/**
 * @param {import('./setup/inspect.mjs').Report} report
 * @returns {string}
 */
function render(report) {
  const marks = { ok: '✓', warning: '!', missing: '✗' }
  const lines = ['Afterword doctor', '']
  for (const piece of report.pieces) {
    const found = [piece.version, piece.source].filter(Boolean).join(', ')
    const advice = piece.advice && `-> ${piece.advice}`
    const [first, ...others] = [found, piece.path, piece.note, advice].filter(Boolean)
    lines.push(`  ${marks[piece.state]} ${piece.name.padEnd(NAME_WIDTH)} ${first ?? ''}`)
    for (const other of others) lines.push(`${' '.repeat(NAME_WIDTH + 5)}${other}`)
  }
  lines.push('', '  Devices')
  for (const device of report.devices) {
    const memory = device.type === 'GPU' ? `, ${(device.memoryBytes / 2 ** 30).toFixed(1)} GiB` : ''
    lines.push(
      `    ${device.name.replace(/^\/job:localhost\/replica:0\/task:0\//, '/')} (${device.type}${memory})`,
    )
  }
  if (report.devices.length === 0) lines.push('    none: native TensorFlow is not there')
  lines.push(
    '',
    `  ${availableParallelism()} threads (TensorFlow uses ${report.threads})`,
    `  cache: ${report.cache}`,
    '',
  )
  lines.push(conclusion(report), '')
  return lines.join('\n')
}

/** @param {import('./setup/inspect.mjs').Report} report */
function conclusion(report) {
  if (!report.canTrain) return 'Afterword cannot train here yet: see the lines marked ✗.'
  if (report.backend === 'cpu') return "Afterword can train, slowly, on tfjs' JavaScript backend."
  return 'Afterword can train on native TensorFlow.'
}
