/**
 * What the page gets of the desktop shell: one function that asks for its port. The port then arrives as a message event on
 * `window`, since the bridge can't carry ports. Nothing of Electron crosses.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { channels } from './channels.ts';

contextBridge.exposeInMainWorld('mercuryDesktop', {
  requestPort: (): void => ipcRenderer.send(channels.requestPort),
});

ipcRenderer.on(channels.port, (event) => window.postMessage(channels.port, '*', [...event.ports]));

ipcRenderer.on(channels.go, (_event, hash: string) => {
  window.location.hash = hash;
});
