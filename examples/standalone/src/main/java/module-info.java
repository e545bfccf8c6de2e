/** What a program that is a module needs; on the class path this file is ignored. */
module hello {
  requires dev.layerfs.core;
}
