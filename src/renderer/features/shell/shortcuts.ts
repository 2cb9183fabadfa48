// Every shortcut of the window, in the one place where they are listed. Pure.

/** Keys as they are written on a keyboard, and what they do. */
export interface Shortcut {
  readonly keys: readonly string[]
  readonly what: string
}

/** Shortcuts under the part of the window they belong to. */
export const shortcutGroups: readonly { readonly title: string; readonly shortcuts: readonly Shortcut[] }[] =
  [
    {
      title: 'Everywhere',
      shortcuts: [
        { keys: ['Ctrl', 'K'], what: 'Search or do: every screen, study, run and action' },
        { keys: ['Ctrl', '1'], what: 'Studies' },
        { keys: ['Ctrl', '2'], what: 'Queue' },
        { keys: ['Ctrl', '3'], what: 'Runs' },
        { keys: ['Ctrl', '4'], what: 'Compare' },
        { keys: ['Ctrl', 'N'], what: 'New study' },
        { keys: ['Ctrl', ','], what: 'Settings' },
        { keys: ['Alt', 'Left'], what: 'Back to the screen before' },
        { keys: ['Ctrl', '+'], what: 'Larger text' },
        { keys: ['Ctrl', '-'], what: 'Smaller text' },
        { keys: ['Ctrl', '0'], what: 'Usual text size' },
        { keys: ['?'], what: 'These shortcuts' },
        { keys: ['Tab'], what: 'Next control; with Shift the one before' },
        { keys: ['Esc'], what: 'Close a dialog or a menu' },
      ],
    },
    {
      title: 'Study editor',
      shortcuts: [
        { keys: ['Ctrl', 'S'], what: 'Save' },
        { keys: ['Ctrl', 'Enter'], what: 'Run' },
        { keys: ['Ctrl', 'Z'], what: 'Take back an edit, of the form or the YAML; with Shift make it again' },
        { keys: ['F8'], what: 'Next problem; with Shift the one before' },
      ],
    },
    {
      title: 'Queue',
      shortcuts: [
        { keys: ['Alt', 'Up'], what: 'Move the waiting run up' },
        { keys: ['Alt', 'Down'], what: 'Move it down' },
      ],
    },
    {
      title: 'Runs',
      shortcuts: [
        { keys: ['Shift', 'click'], what: 'Choose all runs up to this one' },
        { keys: ['Delete'], what: 'Move the chosen runs to the trash' },
        { keys: ['Ctrl', 'Z'], what: 'Take back the last trash, archive, star, tags or note' },
        { keys: ['Shift', 'F10'], what: 'What can be done with the run that the arrows chose' },
      ],
    },
    {
      title: 'Compare',
      shortcuts: [
        { keys: ['Ctrl', 'Z'], what: 'Take back a setting; with Shift make it again' },
        { keys: ['Ctrl', 'S'], what: 'Save the chart' },
        { keys: ['Ctrl', 'E'], what: 'Export' },
        { keys: ['drag'], what: 'Zoom to what is marked; with Shift move it' },
        { keys: ['Ctrl', 'wheel'], what: 'Zoom around the pointer; a double click shows all' },
        { keys: ['Left', 'Right'], what: 'On a chart: along it; with Shift move what is zoomed' },
        { keys: ['+', '-', '0'], what: 'On a chart: zoom in, out, show all' },
        { keys: ['Enter'], what: 'On a chart: the samples of this step' },
      ],
    },
    {
      title: 'Log',
      shortcuts: [
        { keys: ['Ctrl', 'F'], what: 'Find in the log' },
        { keys: ['Enter'], what: 'Next place; with Shift the one before' },
      ],
    },
  ]
