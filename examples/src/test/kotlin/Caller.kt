import dev.layerfs.CheckOptions
import dev.layerfs.CommitOptions
import dev.layerfs.ContainerOptions
import dev.layerfs.Image
import dev.layerfs.ImageBuilder
import dev.layerfs.LayerStore
import dev.layerfs.LoadOptions
import dev.layerfs.SaveFormat
import dev.layerfs.VolumeMount
import dev.layerfs.error.NotFoundException
import dev.layerfs.oci.MediaType.LayerCompression
import dev.layerfs.oci.Platform
import dev.layerfs.posix.OpenFlag
import dev.layerfs.registry.RegistryClient
import dev.layerfs.registry.RegistryOptions
import java.io.ByteArrayOutputStream
import java.nio.file.Path
import java.util.EnumSet
import kotlin.io.path.div
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlin.jvm.optionals.getOrNull

/**
 * What a Kotlin program does with layerfs. Types are written down where nullness shows: what can't be null is assigned to a type
 * that can't be, and compiled with warnings as errors.
 */
fun main() {
  LayerStore.inMemory().use { store ->
    val base: Image = ImageBuilder.scratch(store, Platform.parse("linux/amd64"))
      .file("/etc/motd", "hello\n".toByteArray())
      .directory("/srv") { _, defaults -> defaults.withMode(0b111_000_000) }
      .config { it.env("PORT", "80").entrypoint(listOf("/bin/true")) }
      .progress { _, _, _ -> }
      .build("team/base:1")
    work(store, base)
    move(store)
    keep(store)
  }
}

/** Containers: changes, commits, forks, checkpoints, watching. */
private fun work(store: LayerStore, base: Image) {
  val options = ContainerOptions.builder()
    .name("web")
    .label("tier", "front")
    .volume("data", "/var/lib/data")
    .volume(VolumeMount.tmpfs("/tmp", 1L shl 20))
    .build()
  store.create(base, options).use { container ->
    val copied = mutableListOf<String>()
    container.onCopyUp { path, _ -> copied += path }.use {
      val motd: Path = container.root() / "etc" / "motd"
      motd.writeText(motd.readText() + "from Kotlin\n")
    }
    check(copied == listOf("/etc", "/etc/motd")) { copied }
    val before = container.checkpoint()
    (container.root() / "etc" / "motd").writeText("lost\n")
    container.rollback(before)
    val name: String? = container.info().name().getOrNull()
    check(name == "web")
    for (change in container.changes().filter { it.path().startsWith("/etc") }) println(change)
    container.commit(
      "team/web:1",
      CommitOptions.builder().compression(LayerCompression.ZSTD).config { it.user("1000") }.build(),
    )
    container.fork(ContainerOptions.DEFAULT).use { fork -> check(fork.changes().count() > 0) }
    val view = container.posix()
    val node = view.lookup(view.root(), dev.layerfs.posix.Name.of("none")) // null if there is none
    check(node == null)
    check(node?.type() == null)
    val etc = checkNotNull(view.lookup(view.root(), dev.layerfs.posix.Name.of("etc")))
    val motd = checkNotNull(view.lookup(etc, dev.layerfs.posix.Name.of("motd")))
    view.open(motd, EnumSet.of(OpenFlag.READ)).use { check(it.size() > 0) }
  }
}

/** Archives: with lambdas for listeners, of which several take one beside what else they are overloaded for. */
private fun move(store: LayerStore) {
  val archive = ByteArrayOutputStream()
  store.save(listOf("team/web:1"), SaveFormat.OCI_ARCHIVE, archive)
  val file = store.directory().resolveSibling("web.tar")
  store.save(listOf("team/web:1"), SaveFormat.OCI_ARCHIVE, file) { what, done, total ->
    check(what.isNotEmpty() && done <= total)
  }
  LayerStore.inMemory().use { other ->
    val options = LoadOptions.builder().progress { _, _, _ -> }.build()
    val image: Image = other.load(archive.toByteArray().inputStream(), options).single()
    println(image.names())
    image.open().use { rootfs -> rootfs.export(ByteArrayOutputStream()) { _, _, _ -> } }
    image.layerChanges().use { changes -> check(changes.count() > 0) }
    image.changesFrom(image).use { changes -> check(changes.count() == 0L) }
  }
}

/** The store itself: volumes, checks, what takes space, errors. */
private fun keep(store: LayerStore) {
  store.volumes().list().forEach { println(it.name()) }
  store.volumes().prune { it.labels()["keep"] == null && !it.inUse() }
  val report = store.maintenance().check(CheckOptions.builder().progress { _, _, _ -> }.build())
  for (finding in report.findings()) println("${finding.subject()} ${finding.problem()}")
  check(report.isHealthy)
  check(store.maintenance().planGc().garbage().all { it.subject().id().isNotEmpty() })
  check(store.maintenance().space().images().isNotEmpty())
  RegistryClient.open(RegistryOptions.DEFAULT).use { client -> checkNotNull(client) }
  try {
    store.image("none:1")
  } catch (e: NotFoundException) { // checked in Java, not in Kotlin
    println(e.message)
  }
}
