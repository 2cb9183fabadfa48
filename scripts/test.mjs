// `npm test`: completes the set-up (a virtual screen included), builds where the sources changed, and runs vitest;
// arguments go to vitest. The last lines name the tests that failed or needed a second try and say how many passed and failed;
// the exit code is vitest's.
import './setup/node-version.mjs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareDependencies } from './setup/dependencies.mjs'
import { prepareBuild } from './setup/build.mjs'
import { prepareElectron } from './setup/electron.mjs'
import { runEntry } from './setup/entry.mjs'
import { prepareNative } from './setup/native.mjs'
import { runForeground } from './setup/process.mjs'
import {
  findProgram,
  hasDisplay,
  installSystemPieces,
  missingDisplayTools,
  missingElectronLibraries,
} from './setup/system.mjs'
import { closingLine, countTests, notableTests, readReport } from './setup/test-report.mjs'

await runEntry(async (context) => {
  await prepareDependencies(context)
  await prepareNative(context)
  const electron = await prepareElectron(context)
  if (!electron.ok)
    context.log.warn(
      `no Electron, the tests of the window will fail: ${electron.reason}. To mend it: ${electron.advice}`,
    )
  const libraries = electron.ok ? await missingElectronLibraries(context, electron.path) : []
  await installSystemPieces(context, [...libraries, ...missingDisplayTools(context)])
  await prepareBuild(context)

  const folder = mkdtempSync(join(tmpdir(), 'afterword-test-'))
  const report = join(folder, 'report.json')
  const vitest = [join(context.root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)]
  vitest.push('--reporter=default', '--reporter=json', `--outputFile.json=${report}`)
  const env = { ...context.env, ...(electron.ok ? { AFTERWORD_ELECTRON: electron.path } : {}) }
  const needsScreen = !hasDisplay(context.env) && findProgram('xvfb-run', context.env)
  const [command, args] = needsScreen
    ? ['xvfb-run', ['-a', '-s', '-screen 0 2000x1200x24', process.execPath, ...vitest]]
    : [process.execPath, vitest]
  const code = await runForeground(command, args, { cwd: context.root, env })
  const outcome = readReport(report)
  const notable = outcome ? notableTests(outcome, context.root) : []
  process.stdout.write([...notable, closingLine(outcome && countTests(outcome), code), ''].join('\n'))
  rmSync(folder, { recursive: true })
  process.exitCode = code
})
