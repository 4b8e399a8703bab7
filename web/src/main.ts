// Starts the web app.
import { mount } from 'svelte';
import App from './App.svelte';
import { install } from './lib/install';
import './styles/tokens.css';
import './styles/controls.css';
import './styles/watch.css';
import './styles/board.css';
import './styles/base.css';

const target = document.getElementById('app');
if (target) mount(App, { target });
void install();
