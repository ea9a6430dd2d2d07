/** The theme of VitePress without its fonts, in the look of the lab, with live figures. */

import { onContentUpdated, withBase } from 'vitepress';
import Theme from 'vitepress/theme-without-fonts';
import './style.css';

/** Loads the modules of the figures of this page, from the copy of build/elements at /lab/. In pages only: never called on a server. */
function loadFigures(): void {
  for (const { localName } of document.querySelectorAll(':not(:defined)')) {
    if (!localName.startsWith('blockspin-')) continue;
    const module = withBase(`/lab/${localName.replace('blockspin-', '')}.js`);
    import(/* @vite-ignore */ module).catch((error) => console.error(error));
  }
}

export default { extends: Theme, setup: () => onContentUpdated(loadFigures) };
