// The globals that every runtime of the kernel has (pages, Workers, Node 24), and that ES2024 does not declare.
declare function atob(data: string): string;
declare function btoa(data: string): string;
declare class TextDecoder {
  decode(bytes: Uint8Array): string;
}
