// For tools that do not read .vue files themselves (the linter): what importing one gives.
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent
  export default component
}
