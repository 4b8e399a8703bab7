// Starts the web app.
import { mount } from 'svelte';
import App from './App.svelte';
import { install } from './lib/install';
import { heedOffer } from './lib/installing';
import './styles/tokens.css';
import './styles/nl-design.css';
import './styles/controls.css';
import './styles/watch.css';
import './styles/offline.css';
import './styles/dock.css';
import './styles/board.css';
import './styles/base.css';
import './styles/menu.css';

heedOffer();
const target = document.getElementById('app');
if (target) mount(App, { target });
void install();
