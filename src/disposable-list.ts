/** A list of resources that are released together. `DisposableStack` does the same, but Node.js 20 doesn't have it. */
export class DisposableList implements Disposable {
  readonly #resources: Disposable[] = [];

  /** Adds a resource and returns it. */
  add<Resource extends Disposable>(resource: Resource): Resource {
    this.#resources.push(resource);
    return resource;
  }

  /** Releases the resources, the last added first. */
  [Symbol.dispose](): void {
    while (this.#resources.length > 0) this.#resources.pop()?.[Symbol.dispose]();
  }
}
