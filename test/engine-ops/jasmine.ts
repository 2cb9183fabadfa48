// Runs tfjs-core's compiled op tests with the jasmine they were written for, once in each environment.
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** One of tfjs' test environments: a name and a registered backend. */
export interface TestEnvironment {
  readonly name: string
  readonly backendName: string
}

/** What to do before and after every test. */
export interface Around {
  readonly before: () => void
  readonly after: () => void
}

/** How a test ended; `name` is without its environment. */
export interface SpecResult {
  readonly name: string
  readonly passed: boolean
  /** Of the first failed expectation. */
  readonly message: string
}

/** The parts of jasmine-core that are used here. */
interface Jasmine {
  getEnv(): {
    configure(options: { random: boolean; specFilter: (spec: { getFullName(): string }) => boolean }): void
    addReporter(reporter: { specDone(result: JasmineResult): void }): void
    beforeEach(action: () => void): void
    afterEach(action: () => void): void
    execute(runnables: null, onComplete: () => void): void
  }
}

interface JasmineResult {
  readonly fullName: string
  readonly status: string
  readonly failedExpectations: readonly { readonly message: string }[]
}

interface JasmineCore {
  core(jasmineCore: JasmineCore): Jasmine
  interface(jasmine: Jasmine, env: ReturnType<Jasmine['getEnv']>): object
}

/** The tests of tensor functions: not of files, platforms, flags and the registry. */
const specFiles = /^(ops|optimizers)\/.*_test\.js$|^(gradients|tensor|variable)_test\.js$/

/** Results by environment name, in the order the tests are written. `around` wraps every test. */
export async function runOpTests(
  environments: readonly TestEnvironment[],
  around: Around,
): Promise<Map<string, SpecResult[]>> {
  const jasmineCore = require('jasmine-core/lib/jasmine-core/jasmine.js') as JasmineCore
  const jasmine = jasmineCore.core(jasmineCore)
  const env = jasmine.getEnv()
  // The tests find describe, it and require on the global object.
  Object.assign(globalThis, jasmineCore.interface(jasmine, env), { require })
  const environmentsOf = (name: string) => environments.filter((one) => name.includes(` ${one.name} {}`))
  env.configure({
    random: false,
    // Some groups nest, and would run one environment inside the other; some tests touch no backend.
    specFilter: (spec) => environmentsOf(spec.getFullName()).length === 1,
  })
  const folder = join(dirname(require.resolve('@tensorflow/tfjs-core/package.json')), 'dist')
  const { setTestEnvs } = (await import(join(folder, 'jasmine_util.js'))) as {
    setTestEnvs: (environments: readonly object[]) => void
  }
  setTestEnvs(environments.map((environment) => ({ ...environment, isDataSync: true })))
  env.beforeEach(around.before)
  env.afterEach(around.after)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  for (const file of files.filter((name) => specFiles.test(name)).sort()) await import(join(folder, file))

  const results = new Map<string, SpecResult[]>(environments.map(({ name }) => [name, []]))
  const seen = new Map<string, number>()
  env.addReporter({
    specDone: ({ fullName, status, failedExpectations }) => {
      const [environment] = environmentsOf(fullName)
      if (!environment || (status !== 'passed' && status !== 'failed')) return
      // A few tests have the name of another.
      const turn = (seen.get(fullName) ?? 0) + 1
      seen.set(fullName, turn)
      const name = fullName.replaceAll(` ${environment.name} {}`, '').replaceAll(/\s+/g, ' ').trim()
      results.get(environment.name)?.push({
        name: turn === 1 ? name : `${name} (${turn})`,
        passed: status === 'passed',
        message: failedExpectations[0]?.message ?? '',
      })
    },
  })
  await new Promise<void>((resolve) => {
    env.execute(null, resolve)
  })
  return results
}
