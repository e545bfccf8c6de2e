package dev.layerfs.volume;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes bytes on to a port of this machine, until the line is cut. */
final class TcpProxy implements AutoCloseable {
  private final ServerSocket entrance;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  private TcpProxy(ServerSocket entrance, int port) {
    this.entrance = entrance;
    this.port = port;
  }

  static TcpProxy to(int port) throws IOException {
    TcpProxy proxy = new TcpProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
    start(proxy::accept);
    return proxy;
  }

  int port() {
    return entrance.getLocalPort();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        connect(entrance.accept());
      }
    } catch (IOException e) {
      cut(); // closed
    }
  }

  private void connect(Socket near) {
    sockets.add(near);
    try {
      Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
      sockets.add(far);
      start(() -> pass(near, far));
      start(() -> pass(far, near));
    } catch (IOException e) {
      close(near);
    }
    if (cut) {
      closeAll();
    }
  }

  private void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // as if the other side had hung up
    }
    close(from);
    close(to);
  }

  private void close(Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void closeAll() {
    sockets.forEach(this::close);
  }

  /** Ends all connections, and each new one at once. */
  void cut() {
    cut = true;
    closeAll();
  }

  /** Lets new connections through again. */
  void mend() {
    cut = false;
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    cut();
  }
}
