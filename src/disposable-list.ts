/** What `DisposableStack` will be where Node.js has it. */
export class DisposableList implements Disposable {
  readonly #resources: Disposable[] = [];

  add<Resource extends Disposable>(resource: Resource): Resource {
    this.#resources.push(resource);
    return resource;
  }

  /** The last one first. */
  [Symbol.dispose](): void {
    while (this.#resources.length > 0) this.#resources.pop()?.[Symbol.dispose]();
  }
}
