// An engine as a trainer uses it: programs come with every function called once, so that no step compiles; the last update
// stays at hand, for a person who wants to see what went wrong; a tensor that does not fit says in which function. What the
// programs compute is the engine's business.
import { zeroValues } from '../engine/check-arrays'
import { EngineError } from '../engine/errors'
import { letEventsIn } from '../engine/preparation'
import type {
  ArrayValues,
  Engine,
  FunctionDefinition,
  HostArray,
  Preparation,
  Program,
  ProgramDefinition,
} from '../engine/types'

/** A call of a program's function. */
export interface FunctionCall {
  name: string
  definition: FunctionDefinition
  inputs: Readonly<Record<string, ArrayValues>>
  /** Absent where the call threw. */
  outputs?: Readonly<Record<string, HostArray>>
}

/** An engine whose programs are watched. */
export class EngineWatch implements Engine {
  private readonly preparations: Preparation[] = []
  /** The last call of each function, the latest last. */
  private readonly calls = new Map<string, FunctionCall>()
  private broken: FunctionCall | undefined
  private inCalls = 0

  /**
   * `signal`: gives up a program between two functions. `onFirstCall`: hears of each function before it is compiled. `now`:
   * seconds, from any start.
   */
  constructor(
    private readonly engine: Engine,
    private readonly signal?: AbortSignal,
    private readonly onFirstCall: (name: string) => void = () => undefined,
    private readonly now: () => number = () => 0,
  ) {}

  get name(): Engine['name'] {
    return this.engine.name
  }

  liveTensors(): number {
    return this.engine.liveTensors()
  }

  /** The function that was called last; it threw, where it has no outputs. */
  get lastCall(): FunctionCall | undefined {
    return [...this.calls.values()].at(-1)
  }

  /** The last call of a function that takes `input`. */
  lastCallWith(input: string): FunctionCall | undefined {
    return [...this.calls.values()].reverse().find(({ inputs }) => input in inputs)
  }

  /** The first call that gave a number, such as a loss, that is not finite. */
  get brokenCall(): FunctionCall | undefined {
    return this.broken
  }

  /** Seconds that calls of functions took so far: the rest of a run's time is the host's. */
  get callSeconds(): number {
    return this.inCalls
  }

  /** Sums over all programs made so far. */
  get preparation(): Preparation {
    const total = (part: keyof Preparation) => this.preparations.reduce((sum, each) => sum + each[part], 0)
    return {
      recordSeconds: total('recordSeconds'),
      loadSeconds: total('loadSeconds'),
      compileSeconds: total('compileSeconds'),
    }
  }

  /** Makes a program and prepares it. Rejects with EngineError 'aborted' once the signal fires. */
  async program(definition: ProgramDefinition): Promise<Program> {
    const { signal } = this
    this.calls.clear()
    const program = await this.engine.program(definition, signal === undefined ? {} : { signal })
    this.preparations.push(program.preparation)
    const watched = this.watch(program, definition)
    if (!this.compiles) return watched
    try {
      await this.prepare(watched, definition)
      return watched
    } catch (error) {
      program.dispose()
      throw error
    }
  }

  /** Whether functions are compiled at their first call. */
  private get compiles(): boolean {
    return this.name === 'graph' || this.name === 'xla'
  }

  /** Calls every function once, on zeros, and leaves the state as it was: zeros. Other events come in between two of them. */
  private async prepare(program: Program, definition: ProgramDefinition): Promise<void> {
    for (const [name, { inputs }] of Object.entries(definition.functions)) {
      this.onFirstCall(name)
      program.call(name, zerosOf(inputs))
      await letEventsIn(this.signal)
    }
    program.writeState(zerosOf(definition.state))
    // What a function makes of zeros says nothing of the run.
    this.broken = undefined
    this.calls.clear()
  }

  private watch(program: Program, definition: ProgramDefinition): Program {
    return {
      preparation: program.preparation,
      call: (name, inputs) => {
        const declared = definition.functions[name]
        if (declared === undefined) return program.call(name, inputs)
        const call: FunctionCall = { name, definition: declared, inputs }
        this.calls.delete(name)
        this.calls.set(name, call)
        const begin = this.now()
        call.outputs = program.call(name, inputs)
        this.inCalls += this.now() - begin
        if (!Object.values(call.outputs).every(isFiniteNumber)) this.broken ??= call
        return call.outputs
      },
      readState: () => program.readState(),
      writeState: (values) => program.writeState(values),
      dispose: () => program.dispose(),
      toString: () => program.toString(),
    }
  }
}

function zerosOf(specs: ProgramDefinition['state']): Record<string, ArrayValues> {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, zeroValues(spec)]))
}

/** Whether an output is no single number, or a finite one: arrays are not searched. */
function isFiniteNumber({ values }: HostArray): boolean {
  return values.length !== 1 || Number.isFinite(values[0])
}

/** Seconds of all parts. */
export function preparationSeconds({ recordSeconds, loadSeconds, compileSeconds }: Preparation): number {
  return recordSeconds + loadSeconds + compileSeconds
}

/** Whether an error says that a program was given up because the signal fired. */
export function isAborted(error: unknown): boolean {
  return error instanceof EngineError && error.code === 'aborted'
}
