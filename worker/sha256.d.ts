/** Lower-case hex. Synchronous: WebCrypto's promise costs more than the hash at the sizes used here. */
export declare const sha256Hex: (text: string) => string;
/** The same for what is large: by WebCrypto. */
export declare const sha256OfBytes: (bytes: ArrayBuffer) => Promise<string>;
