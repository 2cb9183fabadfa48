// tfjs typings mention a few browser types; the pure layers compile without the DOM, so the names they need stand
// here as opaque types. Nothing in engine or lab uses them; only AbortSignal is handed on.
/* eslint-disable @typescript-eslint/no-empty-object-type -- opaque on purpose; interfaces, so that they merge with the ones of @types/node */
declare interface HTMLCanvasElement {}
declare interface HTMLImageElement {}
declare interface HTMLVideoElement {}
declare interface ImageData {}
declare interface ImageBitmap {}
declare interface OffscreenCanvas {}
declare interface WebGLTexture {}
declare interface WebGLRenderingContext {}
declare interface GPUBuffer {}
declare interface RequestInfo {}
declare interface RequestInit {}
declare interface Response {}
declare interface File {}
declare interface Blob {}
declare interface AbortSignal {}
