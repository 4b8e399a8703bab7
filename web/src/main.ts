// Starts the web app.
import { mount } from 'svelte';
import App from './App.svelte';
import { keepInstallOffer } from './lib/device/install-prompt';
import { install } from './lib/device/service-worker';
import './styles/tokens.css';
import './styles/nl-design.css';
import './styles/controls.css';
import './styles/visits/watch.css';
import './styles/visits/offline.css';
import './styles/layout/dock.css';
import './styles/visits/board.css';
import './styles/base.css';
import './styles/layout/menu.css';

keepInstallOffer();
const target = document.getElementById('app');
if (target) mount(App, { target });
void install();
