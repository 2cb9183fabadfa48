// Styles of charts: on the screen in both themes, and exported. Pure.
export function screenStyle(isDark: boolean): any {
  return { text: isDark ? '#ddd' : '#333' }
}
export function exportStyle(theme: string, _width: number): any {
  return screenStyle(theme === 'dark')
}
