/** JavaScript 版内核，用于选项 wasmFallback。 The core as JavaScript, for the option wasmFallback. */
declare function fallback(imports: object): object
export = fallback
