// Entry of the window's page: mounts the app. Everything it knows of the machine comes through api/.
import ui from '@nuxt/ui/vue-plugin'
import { createApp } from 'vue'
import AppShell from './AppShell.vue'
import './main.css'

createApp(AppShell).use(ui).mount('#app')
