// A backend for tfjs-core's own tests that judges recordings: everything a test runs is recorded, and when the test reads a
// tensor, the part of the recording that makes it is run as a graph, and the graph's value is what the test sees.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { recordingBackend } from '../../src/engine/compiled/recording-backend'
import type { RecordingSession } from '../../src/engine/compiled/recording-backend'
import { Scope, tensorTypes } from '../../src/engine/compiled/recording'
import type { RecordedNode, RecordedTensor, Reference } from '../../src/engine/compiled/recording'
import { encodeSavedModel, nodeNames } from '../../src/engine/compiled/saved-model'
import type { NativeTensorFlow } from '../../src/engine/native'

const backendName = 'recording-under-test'

/** What the engine's recording backend has and tfjs' interface does not say. */
interface RecordingBackend extends tf.KernelBackend {
  session: RecordingSession | undefined
  referenceIn(scope: Scope, tensor: RecordedTensor): Reference
  readonly tensorMap: { get(dataId: object): { shape: number[]; dtype: number } }
}

/** The environment: its backend's name, what to do around each test, and how many reads graphs answered. */
export interface RecordingEnvironment {
  readonly backendName: string
  readonly startRecording: () => void
  readonly stopRecording: () => void
  readonly graphReads: number
}

/** Registers the judging backend: the engine's recording backend and kernels under another name. */
export function createRecordingEnvironment(native: NativeTensorFlow): RecordingEnvironment {
  recordingBackend(native)
  const Recording = tf.findBackend('afterword-recorder').constructor as new (
    ...options: unknown[]
  ) => RecordingBackend
  let graphReads = 0
  class Judging extends Recording {
    override read(dataId: object): Promise<tf.backend_util.BackendValues> {
      return Promise.resolve(this.readSync(dataId))
    }

    override readSync(dataId: object): tf.backend_util.BackendValues {
      // A read by an op or a kernel stays what it is in a program: the recorder refuses it.
      if (!this.session || !isReadByTest()) return super.readSync(dataId)
      const { shape, dtype: type } = this.tensorMap.get(dataId)
      const dtype = Object.entries(tensorTypes).find(([, number]) => number === type)?.[0]
      if (dtype === undefined) throw new Error(`a tensor of type number ${type} cannot be recorded`)
      const reference = this.referenceIn(this.session.scope, { dataId, shape, dtype })
      graphReads++
      return runGraph(native, reference, dtype)
    }
  }
  tf.registerBackend(backendName, () => new Judging(native.binding, '@tensorflow/tfjs-node-gpu'))
  for (const kernel of tf.getKernelsForBackend('afterword-recorder')) {
    tf.registerKernel({ ...kernel, backendName })
  }
  // tfjs-core's tests make backends anew for each group, so the instance is looked up each time.
  const setSession = (session: RecordingBackend['session']): void => {
    if (tf.getBackend() === backendName) (tf.backend() as RecordingBackend).session = session
  }
  return {
    backendName,
    startRecording: () =>
      setSession({
        functionName: 'test',
        scope: new Scope(undefined, []),
        roots: new Set(),
        xla: false,
        precision: 'float32',
        written: new WeakSet(),
      }),
    stopRecording: () => setSession(undefined),
    get graphReads() {
      return graphReads
    },
  }
}

/** Frames between a reader and the backend: tfjs' tensors and engine, tfjs-node's backend, this file. */
const plumbing =
  /recording-environment|nodejs_kernel_backend|tf-core\.node\.js|tslib|\/(tensor|engine)\.[jt]s|<anonymous>/

/** An op of the bundled tfjs-core: a function whose name ends in an underscore. */
const bundledOp = /at (\w+\.)?\w+_ .*tf-core\.node\.js/

/** Whether the caller that asked for values is a test, and not an op or a kernel. */
function isReadByTest(): boolean {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 50
  const frames = (new Error().stack ?? '').split('\n').slice(1)
  Error.stackTraceLimit = limit
  const reader = frames.find((frame) => bundledOp.test(frame) || !plumbing.test(frame) || isSpecFile(frame))
  return reader !== undefined && isSpecFile(reader)
}

const isSpecFile = (frame: string): boolean => /(_test|test_util)\.[jt]s/.test(frame)

/** Runs what makes `reference` as a graph of its own. */
function runGraph(
  native: NativeTensorFlow,
  reference: Reference,
  dtype: string,
): tf.backend_util.BackendValues {
  const { binding } = native
  const recorded = { name: 'test', arguments: [], nodes: nodesOf(reference), results: [{ reference, dtype }] }
  const declared = { function: recorded, helpers: [], sources: [], inputs: [], assigned: [], outputs: ['x'] }
  const bytes = encodeSavedModel({ state: [], functions: [declared] }, { xla: false, binding })
  const folder = mkdtempSync(join(tmpdir(), 'afterword-op-test-'))
  try {
    writeFileSync(join(folder, 'saved_model.pb'), bytes)
    const session = binding.loadSavedModel(folder, 'serve')
    try {
      const results = binding.runSavedModel(session, [], '', nodeNames.output('test', 'x'))
      const [values] = results.map(({ id }) => {
        const read = binding.tensorDataSync(id)
        binding.deleteTensor(id)
        return read
      })
      if (!values) throw new Error('the graph gives one output')
      return values
    } finally {
      binding.deleteSavedModel(session)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The nodes a reference depends on, inputs first. */
function nodesOf(reference: Reference): RecordedNode[] {
  const nodes = new Set<RecordedNode>()
  const visit = (from: Reference): void => {
    if (from.kind !== 'node' || nodes.has(from.node)) return
    from.node.inputs.forEach(visit)
    nodes.add(from.node)
  }
  visit(reference)
  return [...nodes]
}
