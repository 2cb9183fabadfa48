#!/usr/bin/env node
// `afterword …` from a checkout: completes the set-up that the command needs, builds where the sources changed
// (progress on stderr), and hands over to the built command line in this same process. `doctor` works without a build.
import '../scripts/setup/node-version.mjs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { prepareDependencies } from '../scripts/setup/dependencies.mjs'
import { prepareBuild } from '../scripts/setup/build.mjs'
import { runEntry } from '../scripts/setup/entry.mjs'
import { prepareNative } from '../scripts/setup/native.mjs'
import { doctor } from '../scripts/doctor.mjs'

/** Commands that train; the others never load TensorFlow and do not wait for it. */
const TRAINING_COMMANDS = ['run', 'resume', 'measure', 'reproduce']

const [command = '', ...rest] = process.argv.slice(2)
await runEntry(async (context) => {
  if (command === 'doctor') {
    process.exitCode = await doctor(rest)
    return
  }
  await prepareDependencies(context)
  if (TRAINING_COMMANDS.includes(command)) await prepareNative(context)
  await prepareBuild(context)
  const path = join(context.root, 'out', 'main', 'cli.js')
  process.argv[1] = path
  createRequire(import.meta.url)(path)
})
