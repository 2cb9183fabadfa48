// Entry of the window's page: mounts the app, and keeps errors that nobody caught. Everything it knows of the machine comes
// through api/.
import ui from '@nuxt/ui/vue-plugin'
import { createApp } from 'vue'
import { keepError } from './api/keep-error'
import AppShell from './AppShell.vue'
import './main.css'

const app = createApp(AppShell)
app.config.errorHandler = (error) => {
  keepError(error)
  console.error(error)
}
window.addEventListener('error', ({ error, message }) => {
  // What the browser says where an observed size changes again within a frame: nothing is lost by it.
  if (!message.startsWith('ResizeObserver loop')) keepError(error ?? message)
})
window.addEventListener('unhandledrejection', ({ reason }) => keepError(reason))
app.use(ui).mount('#app')
