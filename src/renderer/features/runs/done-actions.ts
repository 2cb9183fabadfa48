// What was done in the history since the window opened, so that the last of it can be taken back. Kept while other screens are shown.

/** Something that was done. */
export interface DoneAction {
  /** What the person was told. */
  readonly title: string
  /** Takes it back, once: a second call does nothing. */
  readonly undo: () => Promise<void>
}

/** Actions that are kept. */
const MOST = 100
const done: DoneAction[] = []

/** Keeps an action and how it is taken back; one that could not be taken back stays. */
export function keepDone(title: string, takeBack: () => Promise<void>): DoneAction {
  const own: DoneAction = {
    title,
    undo: async () => {
      const place = done.indexOf(own)
      if (place < 0) return
      done.splice(place, 1)
      try {
        await takeBack()
      } catch (error) {
        done.splice(place, 0, own)
        throw error
      }
    },
  }
  done.push(own)
  done.splice(0, done.length - MOST)
  return own
}

/** The last one that was not taken back. */
export function lastDone(): DoneAction | undefined {
  return done.at(-1)
}
