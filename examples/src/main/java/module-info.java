/** The layerfs command-line tool. */
@org.jspecify.annotations.NullMarked
module dev.layerfs.examples {
  requires static transitive org.jspecify;
  requires dev.layerfs.core;
  requires info.picocli;
  requires org.apache.commons.compress;
  requires jdk.httpserver;
  requires tools.jackson.core;

  opens dev.layerfs.examples to
      info.picocli;
}
