// The application menu: the editing and window roles, and commands that the page carries out.
import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { MenuCommand } from '../shared/ipc'

/** Installs the menu; `send` carries a command to the page. */
export function installMenu(send: (command: MenuCommand) => void, openWorkspace: () => void): void {
  const go = (label: string, command: MenuCommand, accelerator: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => send(command),
  })
  const template: MenuItemConstructorOptions[] = [
    {
      label: 'File',
      submenu: [
        go('New study', 'new-study', 'CmdOrCtrl+N'),
        { label: 'Open workspace folder', click: openWorkspace },
        { type: 'separator' },
        go('Settings', 'settings', 'CmdOrCtrl+,'),
        { type: 'separator' },
        { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: 'Go',
      submenu: [
        go('Studies', 'studies', 'CmdOrCtrl+1'),
        go('Queue', 'queue', 'CmdOrCtrl+2'),
        go('Runs', 'runs', 'CmdOrCtrl+3'),
        go('Compare', 'compare', 'CmdOrCtrl+4'),
        { type: 'separator' },
        go('Command palette', 'palette', 'CmdOrCtrl+K'),
      ],
    },
    {
      label: 'View',
      submenu: [
        { role: 'reload' },
        { role: 'toggleDevTools' },
        { type: 'separator' },
        go('Usual text size', 'text-normal', 'CmdOrCtrl+0'),
        go('Larger text', 'text-larger', 'CmdOrCtrl+Plus'),
        go('Smaller text', 'text-smaller', 'CmdOrCtrl+-'),
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'Keyboard shortcuts', click: () => send('shortcuts') },
        { label: 'Recent errors', click: () => send('errors') },
      ],
    },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
