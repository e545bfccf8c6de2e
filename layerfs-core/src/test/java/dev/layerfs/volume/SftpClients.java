package dev.layerfs.volume;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.client.fs.SftpFileSystemProvider;
import org.apache.sshd.sftp.client.impl.AbstractSftpClient;

/** An SFTP client of Apache's, as a provider of file systems, which never waits for long. */
final class SftpClients implements AutoCloseable {
  private final SshClient client;

  private SftpClients(SshClient client) {
    this.client = client;
  }

  /**
   * Starts one.
   *
   * @param key the user's private key
   * @param patience how long it waits for an answer
   */
  static SftpClients start(Path key, Duration patience) {
    SshClient client = SshClient.setUpDefaultClient();
    client.setKeyIdentityProvider(new FileKeyPairProvider(key));
    client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
    AbstractSftpClient.SFTP_CLIENT_CMD_TIMEOUT.set(client, patience);
    SftpModuleProperties.SFTP_CHANNEL_OPEN_TIMEOUT.set(client, patience);
    SftpModuleProperties.CONNECT_TIME.set(client, patience);
    SftpModuleProperties.AUTH_TIME.set(client, patience);
    CoreModuleProperties.CHANNEL_OPEN_TIMEOUT.set(client, patience);
    CoreModuleProperties.CHANNEL_CLOSE_TIMEOUT.set(client, patience);
    CoreModuleProperties.DISCONNECT_TIMEOUT.set(client, patience);
    CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, patience.dividedBy(2));
    CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, 2);
    client.start();
    return new SftpClients(client);
  }

  /** Opens the file system of a server on this machine. */
  FileSystem open(int port, Duration patience) throws IOException {
    URI uri = SftpFileSystemProvider.createFileSystemURI("127.0.0.1", port, "root", null);
    return new SftpFileSystemProvider(client)
        .newFileSystem(
            uri,
            Map.of(
                SftpModuleProperties.CONNECT_TIME.getName(), patience.toMillis(),
                SftpModuleProperties.AUTH_TIME.getName(), patience.toMillis()));
  }

  @Override
  public void close() {
    client.close(true);
  }
}
