/**
 * Where files lie that are not inside the app's archive (`asarUnpack` in electron-builder.yml), from a path that leads into
 * it. Outside of an archive it is the path itself.
 */
export function unpacked(path: string): string {
  return path.replace(/([\\/]app\.asar)(?=$|[\\/])/, '$1.unpacked');
}
