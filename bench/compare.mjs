// `npm run bench`: our engines beside PyTorch, torch.compile, JAX and TRL, measured in turn in one run on this machine.
// Prints one markdown table and writes it with everything measured to bench/results/. See docs/engine.md.
// Options: --rows a,b (ids or beginnings of ids), --only a,b (contestants), --rounds N, --burst SECONDS, --device cpu|gpu,
//          --no-write (no result files), --list
import '../scripts/setup/node-version.mjs'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { format } from 'prettier'
import { prepareDependencies } from '../scripts/setup/dependencies.mjs'
import { runEntry } from '../scripts/setup/entry.mjs'
import { prepareNative } from '../scripts/setup/native.mjs'
import { buildOurs } from './compare/build.mjs'
import { contestants } from './compare/contestants.mjs'
import { preparePeers } from './compare/environment.mjs'
import { describeMachine, physicalCores } from './compare/machine.mjs'
import { measureRow } from './compare/measure.mjs'
import { toMarkdown } from './compare/report.mjs'
import { gemmRow, rows } from './compare/rows.mjs'

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    burst: { type: 'string', default: '0.8' },
    device: { type: 'string', default: 'cpu' },
    'no-write': { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
})

await runEntry(async (context) => {
  const { device } = options
  if (device !== 'cpu' && device !== 'gpu') throw new Error(`--device is ${device}: expected cpu or gpu`)
  const start = performance.now()
  const rounds = positive('rounds')
  const burstSeconds = positive('burst')
  // The peak is measured before and after: the better one is the machine's.
  const peak = gemmRow(device)
  const chosenRows = [peak, ...chosen('rows', rows, ({ id }) => id), peak]
  const entered = chosen('only', contestants, ({ name }) => name)
  if (options.list) {
    for (const { id, title } of chosenRows) process.stdout.write(`${id.padEnd(20)} ${title}\n`)
    for (const { name, title } of entered) process.stdout.write(`${name.padEnd(20)} ${title}\n`)
    return
  }
  await prepareDependencies(context)
  // Where that fails, our workers say why themselves.
  await prepareNative(context)
  const peers = await preparePeers(
    context,
    entered.filter(({ isOurs }) => !isOurs).map(({ name }) => name),
    device,
  )
  const skipped = peers.missing
  for (const [name, reason] of Object.entries(skipped)) context.log.warn(`${name} is left out: ${reason}`)
  const where = {
    root: context.root,
    scratch: mkdtempSync(join(tmpdir(), 'afterword-bench-')),
    ours: await buildOurs(context.root),
    python: peers.python,
    threads: physicalCores(),
    device,
    env: context.env,
  }
  process.once('exit', () => rmSync(where.scratch, { recursive: true, force: true }))
  const log = (text) => context.log.progress(text)
  const measured = []
  for (const row of chosenRows) {
    const taking = entered.filter(({ name, kinds }) => kinds.includes(row.kind) && !(name in skipped))
    if (taking.length > 0)
      measured.push({ row, ...(await measureRow(row, taking, { rounds, burstSeconds, where, log })) })
  }
  const minutes = Math.round((performance.now() - start) / 60_000)
  const machine = { ...describeMachine(measured, where), minutes }
  const command = [
    'npm run bench',
    ...(process.argv.length > 2 ? ['--'] : []),
    ...process.argv.slice(2),
  ].join(' ')
  const table = await format(toMarkdown({ measured, contestants, machine, command, skipped }), {
    parser: 'markdown',
  })
  process.stdout.write(table)
  if (options['no-write']) return
  const folder = join(context.root, 'bench', 'results')
  const path = join(folder, `${machine.date}-${machine.name}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${path}.md`, table)
  writeFileSync(
    `${path}.json`,
    await format(JSON.stringify({ command, machine, skipped, measured }), { parser: 'json' }),
  )
  context.log.note(`written: ${relative(context.root, path)}.md and .json`)
})

/** The entries an option names (whole names, or beginnings of them), or all. */
function chosen(option, all, nameOf) {
  const wanted = options[option]?.split(',').map((one) => one.trim())
  if (!wanted) return all
  for (const one of wanted) {
    if (all.some((entry) => nameOf(entry).startsWith(one))) continue
    throw new Error(`--${option} names ${one}: expected one of ${all.map(nameOf).join(', ')}`)
  }
  return all.filter((entry) =>
    wanted.some((one) =>
      all.some((other) => nameOf(other) === one) ? nameOf(entry) === one : nameOf(entry).startsWith(one),
    ),
  )
}

function positive(option) {
  const value = Number(options[option])
  if (value > 0) return value
  throw new Error(`--${option} is ${options[option]}: expected a number above 0`)
}
