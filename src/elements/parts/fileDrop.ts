/** A place for the reader's own file. */

import { css, html, nothing, type TemplateResult } from 'lit';

/** A file as it is given to the scene. */
export interface GivenFile {
  name: string;
  bytes: Uint8Array;
  /** Whether entries are greys, to be cut in the middle. */
  greys: boolean;
}

/** What it needs of its figure. */
interface Receiver {
  requestUpdate(): void;
}

export const dropStyles = css`
  .drop { border: 1.5px dashed var(--_rule); border-radius: 5px; padding: 0.75rem 1rem; display: grid; gap: 0.4rem; }
  .drop.over { border-color: var(--_accent); background: var(--_panel); }
  .drop p { margin: 0; }
`;

/** Takes a file that is dropped on the figure or chosen; what the package refuses is told as its sentence. */
export class FileDrop {
  readonly #figure: Receiver;
  readonly #what: string;
  readonly #take: (file: GivenFile) => Promise<void>;
  #over = false;
  #refusal: string | undefined;
  /** The file that was refused: greys may be cut in the middle on request. */
  #refused: File | undefined;
  /** Whether the greys of the present file were cut. */
  greys = false;

  /**
   * @param what what the file must hold, such as “rows of bits”
   * @param take gives it to the scene; it rejects with the sentence of a refusal
   */
  constructor(figure: Receiver, what: string, take: (file: GivenFile) => Promise<void>) {
    this.#figure = figure;
    this.#what = what;
    this.#take = take;
  }

  /** Whether something must be told although no file is in use. */
  get told(): boolean {
    return this.#over || this.#refusal !== undefined;
  }

  readonly over = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.#show(true);
  };

  readonly left = (event: DragEvent): void => {
    if (event.relatedTarget === null) this.#show(false);
  };

  readonly dropped = (event: DragEvent): void => {
    const file = event.dataTransfer?.files[0];
    this.#show(false);
    if (file === undefined) return;
    event.preventDefault();
    this.load(file).catch(() => {}); // told below
  };

  /** @throws Error with the package's own sentence if it holds nothing of the kind */
  async load(file: File, greys = false): Promise<void> {
    this.#refusal = undefined;
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      await this.#take({ name: file.name, bytes, greys });
      this.greys = greys;
      this.#refused = undefined;
    } catch (error) {
      this.#refusal = (error as Error).message;
      this.#refused = file;
      throw error;
    } finally {
      this.#figure.requestUpdate();
    }
  }

  /** Tells no more of a file that was refused. */
  forget(): void {
    if (this.#refusal === undefined) return;
    this.#refusal = undefined;
    this.#refused = undefined;
    this.#figure.requestUpdate();
  }

  render(name: string | undefined): TemplateResult {
    const refused = this.#refused;
    return html`<div class="drop ${this.#over ? 'over' : ''}">
      <p>${name ? `In use: ${name}. ` : ''}Drop a file of ${this.#what} here: npz, npy or IDX, gzipped or not; it stays in your browser.</p>
      <label class="row small">or choose it <input type="file" accept=".npz,.npy,.gz,.bits,.idx,*/*" @change=${(
        event: Event,
      ) => {
        const file = (event.target as HTMLInputElement).files?.[0];
        if (file) this.load(file).catch(() => {});
      }}></label>
      ${this.#refusal === undefined ? nothing : html`<p class="error" role="alert" part="error">${this.#refusal}</p>`}
      ${
        refused && /grey/.test(this.#refusal ?? '')
          ? html`<div><button class="small" @click=${() => this.load(refused, true).catch(() => {})}>Take entries above the middle as 1</button></div>`
          : nothing
      }
    </div>`;
  }

  #show(over: boolean): void {
    if (over === this.#over) return;
    this.#over = over;
    this.#figure.requestUpdate();
  }
}
