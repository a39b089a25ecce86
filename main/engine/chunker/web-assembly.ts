/**
 * The part of the WebAssembly API that the chunker uses. Node has it, but TypeScript describes it only in its library for
 * browsers, which would put `window` and `document` in reach of the engine.
 */
export interface WebAssemblyApi {
  readonly Memory: new (descriptor: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

export const webAssembly: WebAssemblyApi = (globalThis as typeof globalThis & { WebAssembly: WebAssemblyApi })
  .WebAssembly;
