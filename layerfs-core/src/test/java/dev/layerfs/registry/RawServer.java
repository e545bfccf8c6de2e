package dev.layerfs.registry;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import javax.net.ServerSocketFactory;

/** A server that answers every connection with the same bytes, which need not be HTTP. */
final class RawServer implements Closeable {
  private final ServerSocket socket;
  private final UnaryOperator<String> answer;

  /** Answers with a text that may depend on the header fields of the request. */
  RawServer(UnaryOperator<String> answer) throws IOException {
    this(ServerSocketFactory.getDefault(), answer);
  }

  /** Answers on sockets of a kind, which may encrypt. */
  RawServer(ServerSocketFactory sockets, UnaryOperator<String> answer) throws IOException {
    this.socket = sockets.createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    this.answer = answer;
    Thread thread = new Thread(this::serve, "raw-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept();
          BufferedReader in = new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
          OutputStream out = connection.getOutputStream()) {
        StringBuilder head = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
          head.append(line).append('\n');
        }
        out.write(answer.apply(head.toString()).getBytes(StandardCharsets.ISO_8859_1));
      } catch (IOException e) {
        // the client has seen enough
      }
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  String host() {
    return "localhost:" + socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
